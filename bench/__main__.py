"""``python -m bench [part …]``: measure, print a line of JSON for each result, keep a whole run for the book."""

import argparse
import json
import os
import sys
import time

from . import bits, compiling, machine, optimiser, products, quality, speed
from .beside import ROOT, say

RESULTS = ROOT / "book" / "_data" / "bench.jsonl"
PARTS = ("compiling", "training", "optimiser", "products", "sampling", "quality", "bits")


def run(part, peak):
    """The lines of one part."""
    if part == "training":
        return list(speed.training(peak=peak))
    if part == "sampling":
        return [speed.sampling()]
    if part == "quality":
        return [line for seed in range(3) for line in quality.quality(seed)]
    if part == "optimiser":
        return optimiser.optimiser()
    return {"compiling": compiling.compiling, "products": products.products, "bits": bits.bits}[part]()


def keep(lines, parts):
    """Write the results of these parts; those of other parts stay as they were."""
    old = []
    if RESULTS.is_file():
        old = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    measured = {line["bench"] for line in lines}
    lines = lines + [line for line in old if line["bench"] not in measured]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    making = RESULTS.with_suffix(".part")
    making.write_text(text, encoding="utf-8")
    os.replace(making, RESULTS)


def main():
    """Run the parts that are named, all of them where none is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--keep", action="store_true", help=f"write the results to {RESULTS.relative_to(ROOT)}")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    parts = arguments.parts or PARTS
    begun = time.perf_counter()
    lines = [say(machine.about())]
    peak = lines[0]["matmul_gflops"] * 1e9
    for part in parts:
        lines += run(part, peak)
        if arguments.keep:
            keep(lines, parts)
    print(f"{len(lines)} results in {time.perf_counter() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
