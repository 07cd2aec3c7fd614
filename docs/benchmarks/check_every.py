"""What looking for NaN and infinity costs: trainings with several --check-every in turn, as a Markdown table.

    python3 check_every.py [--rounds 5] [--images 1280] [--deepkd "COMMAND"]

Each round trains the quickstart's student with DeepKD's momenta once with each interval, on two threads, two epochs of so
many images, and takes the second one's samples a second. Nothing else should run meanwhile; nothing but Python's own
library is needed.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[2] / "deepkd"
NEVER = 1_000_000
INTERVALS = [NEVER, 10, 1]


def samples_per_second(every, args, folder):
    line = shlex.split(args.deepkd) + ["train", "quickstart:deepkd", "--check-every", str(every), "--epochs", "2",
                                       "--threads", "2", "--set", f"data.train-limit={args.images}", "--output", folder]
    done = subprocess.run(line, stdout=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"--check-every {every} failed with exit code {done.returncode}")
    events = [json.loads(event) for event in Path(folder, "events.jsonl").read_text().splitlines()]
    return [event for event in events if event["event"] == "epoch"][-1]["samples_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=1280)
    parser.add_argument("--deepkd", default=str(LAUNCHER))
    args = parser.parse_args()
    found = {every: [] for every in INTERVALS}
    for number in range(args.rounds):
        for every in INTERVALS[number % 3:] + INTERVALS[:number % 3]:  # nobody is always first
            with tempfile.TemporaryDirectory() as folder:
                found[every].append(samples_per_second(every, args, str(Path(folder, "run"))))
    print("| `--check-every` | samples/s, median (least to most) | time of a step, round by round |\n|---|---|---|")
    for every, speeds in found.items():
        times = [never / speed for never, speed in zip(found[NEVER], speeds)]
        print(f"| {'never' if every == NEVER else every} | {statistics.median(speeds):.0f} ({min(speeds):.0f} to"
              f" {max(speeds):.0f}) | {statistics.median(times):.3f} ({min(times):.3f} to {max(times):.3f}) |")


main()
