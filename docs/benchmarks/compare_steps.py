"""Samples a second of training steps: deepkd beside a PyTorch script, in turn, as a Markdown table.

    python3 compare_steps.py PEER_SCRIPT [--python VENV/bin/python] [--rounds 5] [--threads 2] [--keep FILE]
    python3 compare_steps.py PEER_SCRIPT --programs "deepkd float32,peer authors"

In each round every program runs once for each pair of networks: deepkd (KD, DeepKD's momenta) in float32, in bfloat16 and with
the teacher's answers stored, the peer in the styles `authors` (float32) and `tuned` (bfloat16); or those of --programs that can be run on the machine. All get the same batch,
threads, steps, and the launcher's variables for OpenBLAS and malloc. The peer prints one JSON line with samples_per_s,
phases_ms, peak_rss_mb and torch. Nothing else should run meanwhile; nothing but Python's own library is needed.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[2] / "deepkd"
PAIRS = ["resnet32x4:resnet8x4", "resnet56:resnet20"]
PROGRAMS = ["deepkd float32", "peer authors", "deepkd bfloat16", "peer tuned", "deepkd bfloat16 stored"]
ALL = PROGRAMS + ["deepkd float32 stored"]


def environment(threads):
    """The launcher's own defaults, for both programs."""
    defaults = dict(re.findall(r'^: "\$\{(\w+)=(\w+)\}"', LAUNCHER.read_text(), re.MULTILINE))
    if not defaults:
        sys.exit(f"{LAUNCHER} sets no variables any more: look at environment() in this script")
    return {**defaults, **os.environ, "OMP_NUM_THREADS": str(threads)}


def command(program, pair, args):
    who, style, *stored = program.split()
    numbers = ["--batch", args.batch, "--threads", args.threads, "--steps", args.steps]
    if who == "deepkd":
        line = [LAUNCHER, "bench", "--json", "--pair", pair, "--precision", style, "--warm-up", args.warm_up]
        line += ["--stored-answers"] * len(stored)
    else:
        teacher, student = pair.split(":")
        line = [args.python, args.peer, "--style", style, "--teacher", teacher, "--student", student, "--warmup", args.warm_up]
    return [str(part) for part in line + numbers]


def run(program, pair, args):
    done = subprocess.run(command(program, pair, args), env=environment(args.threads), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{program} on {pair} failed with exit code {done.returncode}")
    found = json.loads(done.stdout.splitlines()[-1])
    if args.keep:
        with open(args.keep, "a") as file:
            file.write(json.dumps({"program": program, "pair": pair, "result": found}) + "\n")
    return figures(program, found)


def figures(program, found):
    """One form for both: samples/s, phases in ms, peak memory in MB, versions."""
    if program.startswith("peer"):
        return dict(speed=found["samples_per_s"], phases=found["phases_ms"], peak=found["peak_rss_mb"] * 1.048576,
                    on=f"PyTorch {found['torch']}")
    row, machine = found["rows"][0], found["machine"]
    return dict(speed=row["samples_per_s"], phases={name: ms["median"] for name, ms in row["phases_ms"].items()},
                peak=(row["peak_bytes"] or 0) / 1e6, share=row["ceiling_share"],
                on="deepkd {deepkd} ({commit}), libtorch {libtorch}, OpenBLAS for {openblas}, {java}, {cpu}, {cores} cores, {os}".format(**machine))


def spread(values, digits=1):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def ratios(programs):
    """Each of ours against each of theirs, but for float32 against bfloat16."""
    return [(ours, theirs) for ours in programs for theirs in programs
            if ours.startswith("deepkd") and theirs.startswith("peer") and not ("float32" in ours and "tuned" in theirs)]


def report(pair, runs):
    programs = list(runs)
    speeds = {program: [one["speed"] for one in runs[program]] for program in programs}
    phases = ["student", "teacher", "losses", "backward", "update"]
    middle = lambda program, phase: f"{statistics.median(one['phases'][phase] for one in runs[program]):.1f}"
    share = lambda program: f"{100 * statistics.median(one['share'] for one in runs[program]):.0f} %" if "share" in runs[program][0] else ""
    print(f"\n{pair.replace(':', ' → ')}, medians (least to most):\n")
    print(table(["", "samples/s", *[f"{phase} ms" for phase in phases], "peak MB", "share of the ceiling"],
                [[program, spread(speeds[program]), *[middle(program, phase) for phase in phases],
                  spread([one["peak"] for one in runs[program]], 0), share(program)] for program in programs]))
    print(table(["ratio of samples/s", "of the medians", "round by round"],
                [[f"{ours} / {theirs}", f"{statistics.median(speeds[ours]) / statistics.median(speeds[theirs]):.2f}",
                  spread([a / b for a, b in zip(speeds[ours], speeds[theirs])], 2)] for ours, theirs in ratios(programs)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="the PyTorch script")
    parser.add_argument("--python", default=sys.executable, help="the Python that has torch")
    parser.add_argument("--pairs", default=",".join(PAIRS), help="TEACHER:STUDENT, several with commas")
    parser.add_argument("--programs", default=",".join(PROGRAMS), help=f"of {', '.join(ALL)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--keep", metavar="FILE", help="append what every run printed, a JSON line each")
    args = parser.parse_args()
    pairs, programs = args.pairs.split(","), args.programs.split(",")
    unknown = [program for program in programs if program not in ALL]
    if unknown:
        parser.error(f"there is no program {unknown[0]}: choose of {', '.join(ALL)}")
    runs = {pair: {program: [] for program in programs} for pair in pairs}
    for turn in range(1, args.rounds + 1):
        for pair in pairs:
            for program in programs:
                found = run(program, pair, args)
                runs[pair][program].append(found)
                print(f"round {turn} of {args.rounds}, {pair}, {program}: {found['speed']:.1f} samples/s", file=sys.stderr, flush=True)
    of = {program.split()[0]: found[0]["on"] for program, found in runs[pairs[0]].items()}
    print(f"{args.rounds} rounds, batch {args.batch}, {args.threads} threads, {args.warm_up} + {args.steps} steps a run.")
    print("; ".join(of.values()) + ".")
    for pair in pairs:
        report(pair, runs[pair])


if __name__ == "__main__":
    main()
