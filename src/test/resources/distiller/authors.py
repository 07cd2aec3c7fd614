"""Makes authors.json: what the released DeepKD code (haiduo/DeepKD, commit afb5964) computes for MLKD and CRLD.

    python authors.py CHECKOUT > authors.json        (PyTorch 2.13.0, float64; CHECKOUT is a clone of that repository)

Runs their distillers on fixed logits in place of networks and writes each loss with its gradients in the student's
weak and strong logits.
"""
import importlib, json, sys, types
from types import SimpleNamespace as NS
import torch

checkout = sys.argv[1]
for name in ("mdistiller", "mdistiller.distillers"):  # their __init__ files import what is not needed here
    package = types.ModuleType(name)
    package.__path__ = [f"{checkout}/{name.replace('.', '/')}"]
    sys.modules[name] = package
sys.modules["turtle"] = NS(st=None)  # an editor's import in their MLKD.py
torch.set_default_dtype(torch.float64)

N, C = 6, 7
generator = torch.Generator().manual_seed(20250515)
draw = lambda scale: (torch.randn(N, C, generator=generator) * scale * 1000).round() / 1000
logits = dict(student_weak=draw(2), student_strong=draw(2), teacher_weak=draw(3), teacher_strong=draw(3))
labels = torch.tensor([0, 3, 6, 2, 2, 5])


class Says(torch.nn.Module):
    """A network that answers the weak view, then the strong one."""
    def __init__(self, *answers):
        super().__init__()
        self.answers = answers

    def forward(self, image):
        return self.answers[image], {}


def run(method, trainer, dkd, topk):
    cfg = NS(KD=NS(TEMPERATURE=4.0, LOSS=NS(CE_WEIGHT=0.5, KD_WEIGHT=0.75)), EXPERIMENT=NS(LOGIT_STAND=False),
             CRLD=NS(CE_WEIGHT=1.0, WV_WEIGHT=2.0, CV_WEIGHT=0.5, TEMPERATURE=4.0, TAU_W=0.6, TAU_S=0.4),
             SOLVER=NS(TRAINER=trainer, DEEPKD=NS(ALPHA=1.5, BETA=2.0, WARMUP_FACTOR=20, DKD=dkd, TOPK=topk)))
    student = [logits["student_weak"].clone().requires_grad_(), logits["student_strong"].clone().requires_grad_()]
    distiller = getattr(importlib.import_module(f"mdistiller.distillers.{method}"), method)
    _, losses = distiller(Says(*student), Says(logits["teacher_weak"], logits["teacher_strong"]), cfg).forward_train(
        image_weak=0, image_strong=1, target=labels, epoch=10)
    case = dict(method=method.lower(), trainer=trainer, dkd=dkd, topk=topk, losses={})
    for name, loss in losses.items():
        weak, strong = torch.autograd.grad(loss.mean(), student, retain_graph=True, allow_unused=True)
        zero = torch.zeros(N, C)
        case["losses"][name] = dict(value=loss.mean().item(), weak=(zero if weak is None else weak).flatten().tolist(),
                                    strong=(zero if strong is None else strong).flatten().tolist())
    return case


cases = [run("MLKD", "deepkd_aug", True, 0), run("MLKD", "deepkd_aug", False, 0),
         run("CRLD", "deepkd_aug", True, 0), run("CRLD", "deepkd_aug", False, 0), run("CRLD", "deepkd_aug", True, 3),
         run("CRLD", "crld", False, 0)]
flat = {name: value.flatten().tolist() for name, value in logits.items()}
print(json.dumps(dict(samples=N, classes=C, labels=labels.tolist(), **flat, cases=cases)))
