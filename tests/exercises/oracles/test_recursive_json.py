"""The reference of recursive_json against Arrow and against real files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.support.references import References


def draw(rng: np.random.Generator, depth: int) -> object:
    """Draw a nested value without empty containers."""
    kind = rng.integers(0, 3) if depth else 0
    if kind == 0:
        return int(rng.integers(0, 100))
    children = [draw(rng, depth - 1) for _ in range(int(rng.integers(1, 4)))]
    return children if kind == 1 else {f"k{i}": child for i, child in enumerate(children)}


@pytest.mark.parametrize("seed", range(10))
def test_dicts_agree_with_arrow(reference: References, seed: int) -> None:
    """Nested dicts flatten to the columns of an Arrow table, and any value survives the way there and back."""
    solution, rng = reference("recursive_json"), np.random.default_rng(seed)
    value = {"root": draw(rng, 5)}
    assert solution.unflatten(solution.flatten(value)) == value
    dicts = {f"a{i}": {f"b{j}": {"c": int(rng.integers(9))} for j in range(3)} for i in range(4)}
    table = pa.Table.from_pylist([dicts]).flatten().flatten()
    assert solution.flatten(dicts) == table.to_pylist()[0]


def test_includes_agree_with_real_files(reference: References, tmp_path: Path) -> None:
    """Paths lead to the files that the operating system finds."""
    names = ["a.json", "x/b.json", "x/y/c.json", "z/d.json"]
    for i, name in enumerate(names):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        targets = [os.path.relpath(tmp_path / other, path.parent) for other in names[i + 1 :]]
        path.write_text(json.dumps({"name": name, "parts": [{"$include": t} for t in targets]}))

    def tree(i: int) -> dict[str, object]:
        return {"name": names[i], "parts": [tree(j) for j in range(i + 1, len(names))]}

    got = reference("recursive_json").load_json("a.json", lambda name: (tmp_path / name).read_text())
    assert got == tree(0)
