"""Makes files.txt.gz beside this script: encoded files and what Pillow decodes, cuts and resizes them to.

A line is: name, what, parameters, channels height width, file (Base64), planes (hexadecimal). What is "decode" (convert to
RGB), "crop" (top,left,height,width,height of the result,width of the result; bilinear), "middle" (shorter side,size;
torchvision's Resize and CenterCrop) or "hue" (turn; torchvision's adjust_hue).

Run: python3 make_files.py (needs numpy, Pillow and torchvision; made with Pillow 12.3.0, torchvision 0.28.0)
"""

import base64
import gzip
import io
from pathlib import Path

import numpy as np
from PIL import Image
from torchvision.transforms import CenterCrop, InterpolationMode, Resize
from torchvision.transforms.functional import adjust_hue, resized_crop

HERE = Path(__file__).parent


def picture(height, width):
    """Smooth waves, a bright box and noise."""
    rng = np.random.default_rng(height * width)
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    waves = 128 + 60 * (np.sin(x / 7.0 + c) + np.cos(y / 5.0 - c)) + rng.normal(0, 3, x.shape)
    waves[height // 3 : height // 2, width // 4 : width // 2] += 50
    return Image.fromarray(np.clip(waves, 0, 255).astype(np.uint8))


def encoded(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def line(name, what, parameters, file, image):
    array = np.asarray(image)
    planes = array.transpose(2, 0, 1).tobytes().hex()
    shape = f"3 {image.height} {image.width}"
    return f"{name} {what} {parameters} {shape} {base64.b64encode(file).decode()} {planes}\n"


def crop(image, top, left, h, w, height, width):
    return resized_crop(image, top, left, h, w, [height, width], InterpolationMode.BILINEAR)


def main():
    small, large = picture(33, 45), picture(60, 49)
    files = {
        "rgb.jpg": encoded(small, format="JPEG", quality=90),
        "full-chroma.jpg": encoded(small, format="JPEG", quality=90, subsampling=0),
        "half-chroma.jpg": encoded(small, format="JPEG", quality=90, subsampling=1),
        "odd.jpg": encoded(picture(17, 31), format="JPEG", quality=75),
        "narrow.jpg": encoded(picture(9, 4), format="JPEG", quality=90),
        "restarts.jpg": encoded(small, format="JPEG", quality=90, restart_marker_blocks=2),
        "own-codes.jpg": encoded(small, format="JPEG", quality=100, optimize=True),
        "progressive.jpg": encoded(small, format="JPEG", quality=90, progressive=True),
        "grey.jpg": encoded(small.convert("L"), format="JPEG", quality=90),
        "cmyk.jpg": encoded(small.convert("CMYK"), format="JPEG", quality=90),
        "rgb.png": encoded(small, format="PNG"),
        "large.png": encoded(large, format="PNG"),
    }
    decoded = {name: Image.open(io.BytesIO(file)).convert("RGB") for name, file in files.items()}
    lines = [line(name, "decode", "-", files[name], decoded[name]) for name in files]
    for box in [(0, 0, 60, 49, 23, 23), (7, 11, 40, 30, 15, 24), (50, 40, 5, 9, 12, 12), (3, 2, 16, 16, 16, 16), (0, 0, 60, 1, 3, 3)]:
        lines.append(line("large.png", "crop", ",".join(map(str, box)), files["large.png"], crop(decoded["large.png"], *box)))
    for name, shorter, size in [("large.png", 32, 28), ("rgb.png", 25, 22), ("rgb.png", 40, 40), ("rgb.jpg", 9, 8)]:
        middle = CenterCrop(size)(Resize(shorter)(decoded[name]))
        lines.append(line(name, "middle", f"{shorter},{size}", files[name], middle))
    for turn in [-0.5, -0.13, 0.02, 0.3, 0.5]:
        lines.append(line("rgb.png", "hue", turn, files["rgb.png"], adjust_hue(decoded["rgb.png"], turn)))
    with gzip.GzipFile(HERE / "files.txt.gz", "wb", mtime=0) as out:
        out.write("".join(lines).encode())


main()
