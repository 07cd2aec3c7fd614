"""Makes the files beside this script with the formats' own writers.

Run: python3 make.py (needs torch and safetensors; made with torch 2.13.0 and safetensors 0.8.0)
"""

from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent

FLOATING = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
SIGNED = {"I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8}


def every_type():
    signed = torch.arange(-3, 3).reshape(2, 3)
    tensors = OrderedDict((name, (signed / 2).to(dtype)) for name, dtype in FLOATING.items())
    tensors.update((name, signed.to(dtype)) for name, dtype in SIGNED.items())
    tensors["U8"] = (signed + 3).to(torch.uint8)
    tensors["BOOL"] = signed % 2 == 1
    tensors["scalar"] = torch.tensor(7)
    tensors["empty"] = torch.empty(0, 4)
    return tensors


def tiny():
    torch.manual_seed(0)
    layers = {"conv1": torch.nn.Conv2d(1, 2, 3), "bn1": torch.nn.BatchNorm2d(2), "fc": torch.nn.Linear(2, 3)}
    return torch.nn.Sequential(OrderedDict(layers))


def strided():
    base = torch.arange(12.0)
    grid = base.view(3, 4)
    return {
        "grid": grid,
        "transposed": grid.t(),
        "tail": base[8:],
        "column": grid[:, 1],
        "parameter": torch.nn.Parameter(base[:2]),
        "expanded": torch.ones(1).expand(3),
    }


def training():
    model = torch.nn.DataParallel(tiny())
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return {
        "epoch": 3,
        "seed": 2**70,
        "arch": "tiny",
        "best": 71.5,
        "done": False,
        "scheduler": None,
        "shape": torch.Size([1, 28, 28]),
        "state_dict": model.state_dict(),
        "optimizer": sgd.state_dict(),
    }


save_file(every_type(), HERE / "types.safetensors", metadata={"format": "pt"})
save_file(tiny().state_dict(), HERE / "tiny.safetensors")
torch.save(every_type(), HERE / "types.pt")
torch.save(tiny().state_dict(), HERE / "tiny.pt")
torch.save(strided(), HERE / "strided.pt")
torch.save(training(), HERE / "training.pt")
torch.save(training(), HERE / "training-protocol4.pt", pickle_protocol=4)
torch.save(tiny(), HERE / "whole-model.pt")
torch.save(tiny().state_dict(), HERE / "legacy.pt", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.ReLU()).save(HERE / "torchscript.pt")
