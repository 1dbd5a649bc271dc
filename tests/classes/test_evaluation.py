"""`kata batch`: rows in, rows out, whatever is in them and whatever happens to the command."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from grader.classes.evaluation import pass_at_k
from grader.classes.sample import code_of
from grader.content.catalog import load_catalog
from tests.support.crowd import RIGHT, WRONG, kata, make_crowd, start_kata

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("KATA_KILLS", "3"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue of three exercises."""
    return make_crowd(tmp_path, 3)


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, content: list[object]) -> Path:
    """Write rows; text is written as it is."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in content]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_each_row_has_a_result_and_keeps_its_fields(root: Path) -> None:
    """Right, wrong and bad rows have results; free fields are carried through; the bad ones say why and stop nobody."""
    source = write(root.parent / "in.jsonl", [
        {"task_id": "toy00", "solution": RIGHT, "model": "m1", "sample": {"t": 0.2}},
        {"task_id": "mlkata/toy00", "completion": f"Sure!\n```python\n{WRONG}```\nor better\n```python\n{RIGHT}```\n"},
        {"task_id": "toy00", "completion": WRONG, "result": "of an earlier run"},
        {"task_id": "toy99", "solution": RIGHT, "model": "m2"},
        {"task_id": "toy01", "text": RIGHT},
        {"task_id": "toy01", "solution": "x\0"},
        {"solution": RIGHT},
        "[1]", "{", "",
        {"task_id": "toy01", "solution": RIGHT, "note": "π"},
    ])  # fmt: skip
    out, table = root.parent / "out.jsonl", root.parent / "out.parquet"
    code, said, _ = kata(root, "batch", str(source), "--output", str(out), "--parquet", str(table), "--k", "1,2")
    found = {row["result"]["number"]: row for row in rows(out)}

    assert code == 0
    assert sorted(found) == list(range(10))
    assert [found[n]["result"]["verdict"] for n in range(10)] == [
        "passed",
        "passed",
        "wrong",
        *["invalid"] * 6,
        "passed",
    ]
    assert found[0]["model"] == "m1"
    assert found[0]["sample"] == {"t": 0.2}
    assert found[1]["task_id"] == "mlkata/toy00"
    assert found[9]["note"] == "π"
    assert found[2]["result"]["share"] == 0.5
    assert "toy99" in found[3]["result"]["problem"]
    assert "neither `solution`" in found[4]["result"]["problem"]
    assert "NUL" in found[5]["result"]["problem"]
    assert "task_id" in found[6]["result"]["problem"]
    assert "6 rows could not be graded" in said
    assert "pass@1 50.00% 50.00%" in " ".join(said.split())  # toy00 two of three, toy01 one of three
    assert "toy00  3 samples, 2 core, 2 full" in said
    parquet = pytest.importorskip("pyarrow.parquet").read_table(table).to_pylist()
    assert len(parquet) == 10
    assert json.loads(next(row for row in parquet if row["number"] == 0)["fields"])["model"] == "m1"


def test_a_folder_of_solutions(root: Path) -> None:
    """Files are named after their exercise, or lie in a folder that is; others are invalid."""
    folder = root.parent / "samples"
    for path, text in {"toy00/0.py": RIGHT, "toy00/1.py": WRONG, "run/toy01.py": RIGHT, "other.py": RIGHT}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    out = root.parent / "out.jsonl"
    kata(root, "batch", str(folder), "--output", str(out))

    assert {row["path"]: row["result"]["verdict"] for row in rows(out)} == {
        "other.py": "invalid", "run/toy01.py": "passed", "toy00/0.py": "passed", "toy00/1.py": "wrong",
    }  # fmt: skip


def test_what_a_model_said_becomes_code(root: Path) -> None:
    """The last block that defines everything counts, also an unfinished one; a body is put into its stub."""
    exercise = load_catalog(root).exercise("toy00")

    assert code_of(f"```python\n{WRONG}```\n```\n{RIGHT}```", exercise) == RIGHT
    assert code_of(f"Here:\n```py\n{RIGHT}", exercise) == RIGHT
    assert code_of(RIGHT, exercise) == RIGHT
    assert code_of("    return 2 * n\n", exercise).rstrip().endswith('"""\n    return 2 * n')


def test_pass_at_k_is_the_unbiased_estimate() -> None:
    """It equals one less the share of choices without a right sample, and stays finite where factorials do not."""
    for n, c, k in [(5, 2, 1), (5, 2, 3), (10, 0, 4), (10, 10, 4), (7, 1, 7), (20, 3, 10)]:
        assert pass_at_k(n, c, k) == pytest.approx(1 - math.comb(n - c, k) / math.comb(n, k), abs=1e-12)
    assert 0 < pass_at_k(100_000, 5, 100) < 0.01
    with pytest.raises(ValueError, match="not defined"):
        pass_at_k(3, 1, 4)


def test_an_output_is_not_overwritten(root: Path) -> None:
    """An output with results needs --resume, and the same input; two runs at a time do not share one."""
    source = write(root.parent / "in.jsonl", [{"task_id": "toy00", "solution": RIGHT}])
    out = root.parent / "out.jsonl"
    assert kata(root, "batch", str(source), "--output", str(out))[0] == 0
    before = out.read_bytes()
    again = kata(root, "batch", str(source), "--output", str(out))
    assert again[0] == 2
    assert "--resume" in again[2]
    assert kata(root, "batch", str(source), "--output", str(out), "--resume")[0] == 0
    write(source, [{"task_id": "toy00", "solution": WRONG}])
    other = kata(root, "batch", str(source), "--output", str(out), "--resume")

    assert other[0] == 2
    assert "Row 0 of the input is not the one" in other[2]
    assert out.read_bytes() == before


def test_a_killed_batch_has_the_results_of_a_quiet_one(root: Path) -> None:
    """Killed at random moments and resumed, a batch holds each row once, with the verdicts of an undisturbed run."""
    count = 12 * KILLS
    source = write(
        root.parent / "in.jsonl",
        [{"task_id": f"toy0{n % 3}", "solution": f"{RIGHT if n % 5 else WRONG}# {n}\n", "id": n} for n in range(count)],
    )
    out = root.parent / "out.jsonl"
    chance = random.Random(17)
    for _ in range(KILLS):
        with start_kata(root, "batch", str(source), "--output", str(out), "--resume", "--seed", "1", "-j", "2") as run:
            more = (len(out.read_bytes().splitlines()) if out.exists() else 0) + chance.randrange(1, 9)
            deadline = time.monotonic() + 60
            while run.poll() is None and (not out.exists() or out.read_bytes().count(b"\n") < more):
                assert time.monotonic() < deadline
                time.sleep(0.002)
            time.sleep(chance.random() / 20)
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
    with out.open("ab") as file:
        file.write(b'{"task_id": "toy00", "resu')  # as if the last kill had come in the middle of a row
    assert kata(root, "batch", str(source), "--output", str(out), "--resume", "--seed", "1", "-j", "2")[0] == 0
    found = rows(out)

    assert sorted(row["id"] for row in found) == list(range(count))
    assert {row["id"]: row["result"]["verdict"] for row in found} == {
        n: "passed" if n % 5 else "wrong" for n in range(count)
    }
