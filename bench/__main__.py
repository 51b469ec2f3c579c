"""``python -m bench [part …]``: measure, print a line of JSON for each result, keep a whole run for the book."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from . import bits, compiling, engine, machine, networks, optimiser, presets, products, quality, speed
from .beside import ROOT, say

RESULTS = ROOT / "book" / "_data" / "bench.jsonl"
PARTS = ("compiling", "training", "optimiser", "products", "sampling", "quality", "bits")
ALONE = ("networks", "presets", "engine")  # each by its name alone: MNIST is wanted, or half an hour


def run(part, peak, given):
    """The lines of one part."""
    if part == "networks":
        return networks.networks(given.minutes, given.limit, given.only)
    if part == "presets":
        return presets.presets(given.only)
    if part == "engine":
        return engine.engine(given.most)
    if part == "training":
        return list(speed.training(peak=peak))
    if part == "sampling":
        return [speed.sampling()]
    if part == "quality":
        return [line for seed in range(3) for line in quality.quality(seed)]
    if part == "optimiser":
        return optimiser.optimiser()
    return {"compiling": compiling.compiling, "products": products.products, "bits": bits.bits}[part]()


def keep(lines, alone=None, file=None):
    """Write the results of these parts; those of other parts stay as they were.

    A part that runs by its name alone has a file of that name, with the machine and the day of that run.
    """
    results, old = RESULTS, []
    if alone:
        results = file or RESULTS.with_name(f"{alone}.jsonl")
    elif results.is_file():
        old = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    measured = {line["bench"] for line in lines}
    lines = lines + [line for line in old if line["bench"] not in measured]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    making = results.with_suffix(".part")
    making.write_text(text, encoding="utf-8")
    os.replace(making, results)


def main():
    """Run the parts that are named, all of them where none is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}, all by default; or {', '.join(ALONE)}")
    parser.add_argument("--minutes", type=float, default=10, help="of networks: for each of them")
    parser.add_argument("--limit", type=float, help="of networks: minutes by the clock for all of them")
    parser.add_argument("--only", default="", help="of networks and presets: those with this in their names")
    parser.add_argument("--file", type=Path, help="of a part that runs by itself: where --keep writes, not the book's data")
    parser.add_argument("--most", type=int, help="of engine: so many lines, drawn with a seed, in place of all")
    parser.add_argument("--keep", action="store_true", help=f"write the results to {RESULTS.relative_to(ROOT)}")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - {*PARTS, *ALONE}
    if set(arguments.parts) & set(ALONE) and len(set(arguments.parts)) > 1:
        parser.error(f"each of {', '.join(ALONE)} runs by itself")
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS + ALONE)}")
    parts = arguments.parts or PARTS
    begun = time.perf_counter()
    lines = [say(machine.about())]
    peak = lines[0]["matmul_gflops"] * 1e9
    for part in parts:
        lines += run(part, peak, arguments)
        if arguments.keep:
            keep(lines, parts[0] if parts[0] in ALONE else None, arguments.file)
    print(f"{len(lines)} results in {time.perf_counter() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
