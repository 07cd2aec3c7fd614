"""Makes operations.txt.gz beside this script: pictures before and after each operation, by Pillow itself.

A line is: operation strength, channels height width, planes before, planes after (hexadecimal). The operations are those
of FixMatch's RandAugment; "CUTOUT" has left,top,right,bottom for its strength.

Run: python3 make.py (needs numpy and Pillow; made with Pillow 12.3.0)
"""

import gzip
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

HERE = Path(__file__).parent
GREY = (125, 123, 114)


def affine(a, b, c, d, e, f):
    return lambda image: image.transform(image.size, Image.AFFINE, (a, b, c, d, e, f))


OPERATIONS = {
    "AUTO_CONTRAST": (0, 0, lambda image, v: ImageOps.autocontrast(image)),
    "BRIGHTNESS": (0.05, 0.95, lambda image, v: ImageEnhance.Brightness(image).enhance(v)),
    "COLOR": (0.05, 0.95, lambda image, v: ImageEnhance.Color(image).enhance(v)),
    "CONTRAST": (0.05, 0.95, lambda image, v: ImageEnhance.Contrast(image).enhance(v)),
    "EQUALIZE": (0, 0, lambda image, v: ImageOps.equalize(image)),
    "IDENTITY": (0, 0, lambda image, v: image),
    "POSTERIZE": (4, 7.999, lambda image, v: ImageOps.posterize(image, int(v))),
    "ROTATE": (-30, 30, lambda image, v: image.rotate(v)),
    "SHARPNESS": (0.05, 0.95, lambda image, v: ImageEnhance.Sharpness(image).enhance(v)),
    "SHEAR_X": (-0.3, 0.3, lambda image, v: affine(1, v, 0, 0, 1, 0)(image)),
    "SHEAR_Y": (-0.3, 0.3, lambda image, v: affine(1, 0, 0, v, 1, 0)(image)),
    "SOLARIZE": (0, 255.999, lambda image, v: ImageOps.solarize(image, v)),
    "TRANSLATE_X": (-0.3, 0.3, lambda image, v: affine(1, 0, v * image.width, 0, 1, 0)(image)),
    "TRANSLATE_Y": (-0.3, 0.3, lambda image, v: affine(1, 0, 0, 0, 1, v * image.height)(image)),
}


def picture(height, width, channels, contrast):
    """Smooth waves, a bright box and noise."""
    rng = np.random.default_rng(height * width)
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    waves = 128 + contrast * (np.sin(x / 5.0 + c) + np.cos(y / 3.0 - c)) + rng.normal(0, 3, x.shape)
    waves[height // 3 : height // 2, width // 4 : width // 2] += contrast
    levels = np.clip(waves, 0, 255).astype(np.uint8)
    return Image.fromarray(levels if channels == 3 else levels[:, :, 0])


def planes(image):
    array = np.asarray(image)
    return (array.transpose(2, 0, 1) if array.ndim == 3 else array).tobytes().hex()


def line(name, strength, before, after):
    shape = f"{len(before.getbands())} {before.height} {before.width}"
    return f"{name} {strength} {shape} {planes(before)} {planes(after)}\n"


def operations(image, draw):
    for name, (least, most, operation) in OPERATIONS.items():
        for v in [least, least + (most - least) * draw.random(), most] if least < most else [least]:
            yield line(name, v, image, operation(image, v))


def cutouts(image, draw):
    for _ in range(4):
        left, top = draw.randrange(image.width), draw.randrange(image.height)
        box = (left, top, min(image.width, left + 7.9 * draw.random()), min(image.height, top + 7.9 * draw.random()))
        covered = image.copy()
        ImageDraw.Draw(covered).rectangle(box, GREY if image.mode == "RGB" else Image.new("RGB", (1, 1), GREY).convert("L").getpixel((0, 0)))
        yield line("CUTOUT", ",".join(str(v) for v in box), image, covered)


def main():
    draw = random.Random(7)
    pictures = [picture(16, 16, 3, 50), picture(11, 17, 3, 20), picture(14, 14, 1, 50), Image.new("RGB", (3, 2), GREY)]
    lines = [row for image in pictures for rows in (operations, cutouts) for row in rows(image, draw)]
    with gzip.GzipFile(HERE / "operations.txt.gz", "wb", mtime=0) as out:
        out.write("".join(lines).encode())


main()
