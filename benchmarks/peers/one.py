"""`python -m benchmarks.peers.one ITEMS RESULT`: one way of grading, in a process of its own that can be weighed."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.graders import GRADERS, ours
from benchmarks.peers.work import Item, Kind


def main(asked: Path, result: Path) -> None:
    """Grade what a file asks for, and write verdicts and seconds."""
    told: dict[str, Any] = json.loads(asked.read_text(encoding="utf-8"))
    items = [Item(**{**one, "kind": Kind(one["kind"])}) for one in told["items"]]
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        if told["workers"]:
            from grader.classes.cluster.local import local_crew
            from grader.classes.job import Settings
            from grader.content.catalog import load_catalog

            secret = load_catalog(Path(__file__).parents[2]).roots
            with local_crew(Settings(seed=1, secret=secret), told["workers"]) as crew:
                found = list(ours(items, Path(name), told["timeout_s"], crew=crew))
        elif told["grader"] == "kata":
            found = list(ours(items, Path(name), told["timeout_s"], told["processes"]))
        else:
            found = list(GRADERS[told["grader"]](items, Path(name), told["timeout_s"]))
        seconds = time.perf_counter() - started
    result.write_text(json.dumps({"seconds": seconds, "passed": dict(found)}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
