"""How a training step's cost grows, by `deepkd bench`, as a Markdown table.

    python3 step_tables.py batches [BENCH FLAGS]     batch 16 to 512: ms a step and a sample
    python3 step_tables.py threads [BENCH FLAGS]     1, 2, 4 … threads, as many as there are cores
    python3 step_tables.py classes [BENCH FLAGS]     100, 1000 and 21841 classes, dynamic mask: the losses' share
    python3 step_tables.py start [BENCH FLAGS]       from the start of the JVM to the end of the first step, 5 times

Flags of `deepkd bench` follow, such as `--precision bfloat16`. Nothing but Python's own library is needed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[2] / "deepkd"


def bench(*flags):
    print("deepkd bench " + " ".join(map(str, flags)), file=sys.stderr, flush=True)
    line = [str(LAUNCHER), "bench", "--json", *map(str, flags)]
    return json.loads(subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout)


def timed(ms):
    return f"{ms['median']:.1f} ({ms['p5']:.1f} to {ms['p95']:.1f})"


def batches(flags):
    yield "batch", "ms a step (5 % to 95 %)", "ms a sample", "peak MB"
    for batch in (16, 32, 64, 128, 256, 512):
        row = bench("--batch", batch, *flags)["rows"][0]
        peak = f"{row['peak_bytes'] / 1e6:.0f}" if row["peak_bytes"] else "unknown"
        yield batch, timed(row["step_ms"]), f"{row['step_ms']['median'] / batch:.3f}", peak


def threads(flags):
    yield "threads", "ms a step (5 % to 95 %)", "samples/s", "times one thread"
    count, alone = 1, None
    while count <= os.cpu_count():
        row = bench("--threads", count, *flags)["rows"][0]
        alone = alone or row["samples_per_s"]
        yield count, timed(row["step_ms"]), f"{row['samples_per_s']:.1f}", f"{row['samples_per_s'] / alone:.2f}"
        count *= 2


def classes(flags):
    yield "classes", "ms a step (5 % to 95 %)", "of it losses and mask", "share"
    for count in (100, 1000, 21841):
        row = bench("--classes", count, "--mask", "dynamic", *flags)["rows"][0]
        losses = row["phases_ms"]["losses"]
        yield count, timed(row["step_ms"]), timed(losses), f"{100 * losses['median'] / row['step_ms']['median']:.2f} %"


def start(flags):
    yield "run", "seconds to the first finished step"
    for number in range(1, 6):
        yield number, f"{bench('--steps', 1, '--warm-up', 0, *flags)['seconds_to_first_step']:.2f}"


def main():
    tables = {"batches": batches, "threads": threads, "classes": classes, "start": start}
    if len(sys.argv) < 2 or sys.argv[1] not in tables:
        sys.exit(__doc__)
    header, *rows = tables[sys.argv[1]](sys.argv[2:])
    for line in (header, ["---"] * len(header), *rows):
        print("| " + " | ".join(map(str, line)) + " |")


if __name__ == "__main__":
    main()
