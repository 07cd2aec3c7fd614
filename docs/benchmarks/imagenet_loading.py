"""Images a second that torchvision and Pillow read and augment as ImageNet is trained with, on one thread.

    python3 imagenet_loading.py make DIR CIFAR100_TRAIN_BIN   200 JPEGs of photographs' size in ten class folders
    python3 imagenet_loading.py run DIR [ROUNDS]              the counterpart of: deepkd data bench DIR
    python3 imagenet_loading.py run-jitter DIR [ROUNDS]       and with --color-jitter
    python3 imagenet_loading.py compare DIR [TIMES]           both in turn; run it with torchvision's Python beside ./deepkd

The images are made of CIFAR-100's, blown up, laid over each other at three scales for edges and texture, and noise as of a
sensor; quality 90.
"""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

SIZES = [(500, 375)] * 6 + [(375, 500)] * 2 + [(500, 333), (640, 480)]


def make(folder, train_bin, count=200):
    data = np.fromfile(train_bin, dtype=np.uint8).reshape(-1, 3074)[:, 2:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    rng = np.random.default_rng(1)
    drawn = lambda size: np.asarray(Image.fromarray(data[rng.integers(len(data))]).resize(size, Image.BICUBIC), dtype=float)
    for i in range(count):
        width, height = SIZES[i % len(SIZES)]
        picture = drawn((width, height))
        for side, weight in ((32, 0.35), (85, 0.25)):
            rows, columns = height // side + 1, width // side + 1
            mosaic = np.vstack([np.hstack([drawn((side, side)) for _ in range(columns)]) for _ in range(rows)])
            picture = picture * (1 - weight) + mosaic[:height, :width] * weight
        picture += rng.normal(0, 3, (height, width, 1))
        file = folder / f"class{i % 10}" / f"{i:04d}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(file, quality=90)


def run(folder, rounds, jitter):
    import torch
    from torchvision import datasets, transforms

    torch.set_num_threads(1)
    train = transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        *([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)] if jitter else []),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    images = datasets.ImageFolder(folder, train)
    loader = torch.utils.data.DataLoader(images, batch_size=64, shuffle=True)
    speeds = []
    for _ in range(1 + rounds):
        start = time.perf_counter()
        count = sum(len(labels) for _, labels in loader)
        speeds.append(count / (time.perf_counter() - start))
    speeds = sorted(speeds[1:])
    print(f"{statistics.median(speeds):.0f} images/s, median of {rounds} rounds ({speeds[0]:.0f} to {speeds[-1]:.0f})")


def compare(folder, times):
    deepkd = [str(Path(__file__).parents[2] / "deepkd"), "data", "bench", folder, "--rounds", "15"]
    python = [sys.executable, __file__]
    for name, pair in {
        "crop, flip": (deepkd, [*python, "run", folder]),
        "crop, flip, colour jitter": ([*deepkd, "--color-jitter"], [*python, "run-jitter", folder]),
    }.items():
        ours, theirs = zip(*([speed(command) for command in pair] for _ in range(times)))
        ratios = sorted(a / b for a, b in zip(ours, theirs))
        print(f"{name}: deepkd {ours}, torchvision {theirs}, ratio {statistics.median(ratios):.2f} "
              f"({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)


def speed(command):
    return int(re.search(r"(\d+) images/s", subprocess.run(command, capture_output=True, text=True, check=True).stdout)[1])


if __name__ == "__main__":
    count = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[1] != "make" else 5
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), sys.argv[3])
    elif sys.argv[1] == "compare":
        compare(sys.argv[2], count)
    else:
        run(sys.argv[2], count, sys.argv[1] == "run-jitter")
