"""`python -m benchmarks`: measure, print a table, write JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks import calls, forks, grading, memory, notebooks, serving, watching
from benchmarks.figure import table

RESULTS = Path(__file__).parent / "results" / "bench.json"


def main() -> int:
    """Run every benchmark; the exit code is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the JSON goes")
    options = parser.parse_args()
    rounds = 3 if options.quick else 9
    figures = [
        *(calls.compare("softmax", shape=shape, rounds=rounds) for shape in ((16, 32), (64, 128), (256, 256))),
        memory.compare("scaled_dot_product_attention"),
        *grading.compare("softmax", faster=8, rounds=rounds),
        *grading.compare("scaled_dot_product_attention", faster=20, rounds=rounds),
        forks.compare(rounds=rounds),
        *watching.compare("softmax", most_ms=150, faster=4, rounds=rounds),
        *watching.compare("scaled_dot_product_attention", most_ms=200, faster=10, rounds=rounds),
        *notebooks.compare("softmax", preprocessor=5, together=20),
        *notebooks.compare("scaled_dot_product_attention", preprocessor=5, together=20),
        *serving.compare("softmax", rounds=rounds),
    ]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps([{**asdict(f), "met": f.is_met} for f in figures], indent=2), encoding="utf-8")
    print(table(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
