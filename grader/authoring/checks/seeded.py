"""Which hidden tests draw their inputs from the seed of the run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def seeded_tests(path: Path) -> frozenset[str]:
    """Return the names of the tests that take `rng` or are property-based; the others run the same with every seed.

    Parameters
    ----------
    path : Path
        The file of hidden tests.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        test.name
        for test in tree.body
        if isinstance(test, ast.FunctionDef)
        and (
            "rng" in {argument.arg for argument in [*test.args.args, *test.args.kwonlyargs]}
            or any("given" in ast.unparse(decorator) for decorator in test.decorator_list)
        )
    )
