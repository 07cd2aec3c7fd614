"""Makes imagenet.json beside this script: what networks with prescribed weights answer, in float64.

Run: python3 make.py FOLDER, a checkout of github.com/haiduo/DeepKD, whose MobileNetV2 for ImageNet is MobileNet-V1
(needs torch and torchvision; made with torch 2.13.0, torchvision 0.28.0 and the checkout at afb5964)

Weights are filled as PrescribedWeights.java fills them. Pooling is global, so that small images do.
"""

import importlib.util
import json
import math
import sys
import zlib
from pathlib import Path

import torch
import torchvision

TAG = "deepkd"
CLASSES = 5
SIZE = 64
MASK = 0xFFFFFFFF


def u(name, count):
    h = zlib.crc32(f"{TAG}/{name}".encode())
    x = (h * 0x9E3779B1 + torch.arange(count, dtype=torch.int64) * 0x85EBCA6B) & MASK
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & MASK
    x = times(x ^ (x >> 15), 0x846CA68B)
    x = x ^ (x >> 16)
    return (x.double() + 0.5) / 2**32


def times(x, factor):
    """The product's low 32 bits, without overflowing int64."""
    low = x * (factor & 0xFFFF)
    high = (x * (factor >> 16)) & 0xFFFF
    return (low + (high << 16)) & MASK


def fill(model, name):
    for key, tensor in model.state_dict().items():
        if key.endswith("num_batches_tracked"):
            continue
        v = u(f"{name}.{key}", tensor.numel()).view(tensor.shape)
        if tensor.dim() > 1:
            value = (2 * v - 1) * math.sqrt(6 / tensor[0].numel())
        elif key.endswith(("running_var", "weight")):
            value = 0.5 + v
        else:
            value = (v - 0.5) * 0.2
        tensor.copy_(value)


def mobilenet_v1():
    path = Path(sys.argv[1]) / "mdistiller/models/imagenet/mobilenetv2.py"
    spec = importlib.util.spec_from_file_location("mobilenet", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.MobileNetV2()
    model.model[14] = torch.nn.AdaptiveAvgPool2d(1)
    model.fc = torch.nn.Linear(1024, CLASSES)
    return model


def networks():
    """Name, network and the modules whose outputs are the stages."""
    for depth in (18, 34, 50, 101):
        model = getattr(torchvision.models, f"resnet{depth}")(num_classes=CLASSES)
        yield f"imagenet_resnet{depth}", model, ["relu", "layer1", "layer2", "layer3", "layer4"]
    v2 = torchvision.models.mobilenet_v2(num_classes=CLASSES)
    yield "imagenet_mobilenet_v2", v2, [f"features.{i}" for i in (0, 3, 6, 13, 17)]
    yield "imagenet_mobilenet_v1", mobilenet_v1(), ["model.0"]


def row(name, model, stages):
    model.double().eval()
    with torch.no_grad():
        fill(model, name)
    features = []
    for stage in stages:
        model.get_submodule(stage).register_forward_hook(lambda _, __, output: features.append(output.clone()))
    image = (2 * u("image", 2 * 3 * SIZE * SIZE) - 1).view(2, 3, SIZE, SIZE)
    logits = model(image)
    if isinstance(logits, tuple):  # mdistiller's gives its features as well
        logits, more = logits
        features = features[:1] + more["feats"]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([1, 3]))
    loss.backward()
    state = "\n".join(f"{key} {list(value.shape)}" for key, value in model.state_dict().items())
    return {
        "name": name,
        "parameters": sum(p.numel() for p in model.parameters()),
        "state_crc32": zlib.crc32(state.encode()),
        "logits": logits.flatten().tolist(),
        "stages": [
            {"shape": list(f.shape), "mean": f.mean().item(), "absmax": f.abs().max().item()} for f in features
        ],
        "loss": loss.item(),
        "gradient_norm": math.sqrt(sum(p.grad.square().sum().item() for p in model.parameters())),
    }


rows = [json.dumps(row(*network)) for network in networks()]
Path(__file__).with_name("imagenet.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")
