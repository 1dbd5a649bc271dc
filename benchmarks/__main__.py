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
        *(
            calls.compare("softmax", shape=shape, most=most, rounds=rounds)
            for shape, most in (((16, 32), 2.0), ((64, 128), 1.5), ((256, 256), 1.5))
        ),
        memory.compare("scaled_dot_product_attention"),
        *grading.compare("softmax", cold_ratio=1, faster=15, most_ms=80, rounds=rounds),
        *grading.compare("scaled_dot_product_attention", cold_ratio=0.6, faster=35, most_ms=100, rounds=rounds),
        *grading.afresh("scaled_dot_product_attention", most_ms=350, rounds=rounds),
        forks.compare(rounds=rounds),
        *watching.compare("softmax", most_ms=100, faster=4, rounds=rounds),
        *watching.compare("scaled_dot_product_attention", most_ms=100, faster=10, rounds=rounds),
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
