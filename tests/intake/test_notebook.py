"""Notebooks as attempts: which cells count, what happens to the rest, and what is said of files that are damaged."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.content.catalog import load_catalog
from grader.errors import SubmissionUnreadable
from grader.intake.folder import Change, Intake
from grader.intake.notebook import MAX_NOTEBOOK_BYTES, read_cells, submission_from_notebook
from grader.intake.submission import read_submission
from tests.support.notebooks import code, markdown, notebook
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys

NAME = Path("halve.ipynb")


def taken(*cells: Any, entry_points: tuple[str, ...] = ("halve",)) -> str:
    """Return the source that is graded."""
    return submission_from_notebook(notebook(*cells), "halve", NAME, entry_points).source


def run(*cells: Any, entry_points: tuple[str, ...] = ("halve",)) -> SimpleNamespace:
    """Run the source that is graded, which is ours here, and return what it defines."""
    names: dict[str, Any] = {}
    exec(compile(taken(*cells, entry_points=entry_points), "halve.py", "exec"), names)
    return SimpleNamespace(**{name: value for name, value in names.items() if not name.startswith("__")})


def refusal(data: bytes) -> str:
    """Return what is said of a notebook that cannot be graded."""
    with pytest.raises(SubmissionUnreadable) as caught:
        submission_from_notebook(data, "halve", NAME, ("halve",))
    return str(caught.value)


def test_what_the_answer_uses_comes_from_other_cells() -> None:
    """Imports, helpers, and tables that other cells fill come along; what only shows things or fails does not."""
    module = run(
        code("import math\n%matplotlib inline"),
        code("table = {}\nfor n in range(9):\n    table[n] = n // 2\ntable.update({10: 5})\nprint(table)"),
        code("def helper(n):\n    return table.get(n, math.floor(n / 2))\n\nhelper('no number')"),
        code("assert False, 'an experiment that failed'\nnoise = 1 / 0"),
        code("def halve(n):\n    return helper(n)\n\nhalve('text')\n"),
    )

    assert [0, 4, 5, -2] == [module.halve(n) for n in (0, 8, 10, -3)]
    assert not hasattr(module, "noise")


def test_a_local_name_brings_no_experiment_along() -> None:
    """A variable inside a function has nothing to do with one of the same name in another cell."""
    source = taken(code("n = open('data.csv').read()"), code(RIGHT))

    assert "data.csv" not in source


def test_an_import_comes_without_what_was_tried_with_it() -> None:
    """Calls such as `random.seed(0)` or `plt.show()` in other cells are no part of an import."""
    source = taken(code("import random\nrandom.shuffle(5)"), code("def halve(n):\n    return random.choice([n // 2])"))

    assert "import random" in source
    assert "shuffle" not in source


def test_the_last_definition_counts() -> None:
    """Of two definitions the later one counts, of the answer and of a helper, as in a notebook run from top to bottom."""
    module = run(
        code("def half(n):\n    return 'early'"),
        code("def halve(n):\n    return 'early'"),
        code("def half(n):\n    return n // 2"),
        code("def halve(n):\n    return half(n)"),
    )

    assert module.halve(9) == 4


def test_the_solution_cell_comes_before_others() -> None:
    """The cell that nbgrader calls the solution counts, wherever it was moved, and whatever type it has by now."""
    own = code(RIGHT, "solution")
    retyped = {**markdown(RIGHT, "solution")}
    after = code("def halve(n):\n    return 'tried later'")

    assert run(own, after).halve(9) == 4
    assert run(after, own).halve(9) == 4
    assert run(retyped, after).halve(9) == 4


def test_a_copied_solution_cell_counts_where_it_defines_something() -> None:
    """Of two cells with the same grade_id the last counts that defines the answer; an answer moved elsewhere is found."""
    assert run(code(RIGHT, "solution"), code("# a copy", "solution")).halve(9) == 4
    assert run(code(RIGHT, "solution"), code("def halve(n):\n    return 0", "solution")).halve(9) == 0
    assert run(code("# emptied", "solution"), code(RIGHT)).halve(9) == 4


@pytest.mark.parametrize(
    "cell",
    [
        f"%%time\n{RIGHT}",
        f"%%kata grade halve\n{RIGHT}",
        f"%load_ext grader\n{RIGHT}\n%timeit halve(3)\nhalve?",
        'def halve(n):\n    !echo "it\'s" (open\n    files = !ls\n    return n // 2',
        f"text = '''\n%no magic\n!here\n'''\n!pip install wheel\n{RIGHT}",
        f"!cd 'open quote\n{RIGHT}",
    ],
)
def test_lines_for_ipython_are_not_run(cell: str) -> None:
    """Magics, shell lines and questions for help are left out, the Python around them counts."""
    assert run(code(cell)).halve(9) == 4


def test_text_that_looks_like_a_magic_stays() -> None:
    """A percent sign at the start of a line inside a string or brackets is Python."""
    module = run(code("text = '''\n%no magic\n'''\nrest = (9\n% 4)\n!ls\ndef halve(n):\n    return text, rest"))

    assert module.halve(0) == ("\n%no magic\n", 1)


def test_a_cell_of_another_language_is_no_answer() -> None:
    """What stands below `%%bash` is not Python, whatever it looks like."""
    assert "No code cell of halve.ipynb defines `halve`." in refusal(notebook(code(f"%%bash\n{RIGHT}")))


def test_an_answer_with_a_syntax_error_is_told() -> None:
    """A cell that defines the answer and is no Python is graded as it stands, so that the error is told; another is not."""
    assert "def halve(n:" in taken(code("def halve(n:\n    return n"))
    assert "broken" not in taken(code("def broken(:"), code(RIGHT))


def test_imports_from_the_future_come_first() -> None:
    """`from __future__` may stand in any cell of a notebook; in a module it stands at the top."""
    module = run(code("import math"), code(f"from __future__ import annotations\n\n{RIGHT}"))

    assert module.halve(3) == 1


def test_forged_outputs_are_never_seen() -> None:
    """Outputs, attachments and unknown metadata are no part of what is read."""
    cell = code(RIGHT)
    cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "def halve(n): return 'forged'"}}]

    assert "forged" not in taken(cell)


@pytest.mark.parametrize("program", ["jupyterlab", "vscode", "colab", "version 3"])
def test_whoever_saved_it(program: str) -> None:
    """Notebooks of JupyterLab, VS Code and Colab are read, and old ones of version 3."""
    cell = code(RIGHT)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    if program == "vscode":
        cell = {**cell, "metadata": {"vscode": {"languageId": "python"}}}
        del cell["id"]
        data = notebook(cell, **kernel, language_info={"name": "python", "version": "3.12.1"})
    elif program == "colab":
        cell = {**cell, "metadata": {"id": "qx", "colab": {"base_uri": "x"}}, "execution_count": None}
        cell["source"] = f'#@title Answer {{ display-mode: "form" }}\n{RIGHT}'
        data = notebook(cell, **kernel, colab={"provenance": []}, accelerator="GPU")
    elif program == "version 3":
        old = {"cell_type": "code", "input": RIGHT.splitlines(keepends=True), "language": "python", "outputs": []}
        data = json.dumps({"nbformat": 3, "worksheets": [{"cells": [old]}], "metadata": {}}).encode()
    else:
        data = b"\xef\xbb\xbf" + notebook(cell, **kernel)

    assert "return n // 2" in submission_from_notebook(data, "halve", NAME, ("halve",)).source


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "halve.ipynb is empty."),
        (b" \n", "halve.ipynb is empty."),
        (notebook(code(RIGHT))[:200], "halve.ipynb is damaged: it is no JSON"),
        (b"\x80\x81", "halve.ipynb is damaged"),
        (b"[1, 2]", "halve.ipynb is JSON, but no notebook"),
        (b'{"cells": 3}', "halve.ipynb is JSON, but no notebook"),
        (b"{}", "halve.ipynb is JSON, but no notebook: it has no cells"),
        (b'{"cells": []}', "halve.ipynb has no code."),
        (notebook(markdown("# Only text")), "halve.ipynb has no code."),
        (notebook(code("  \n")), "halve.ipynb has no code."),
        (notebook(code("x = 1")), "No code cell of halve.ipynb defines `halve`."),
        (b'{"cells": [\n<<<<<<< ours\n]}', "halve.ipynb holds the marks of a merge that git could not do."),
        (b"[" * 200_000, "halve.ipynb is JSON, but no notebook"),
        (b'{"cells": ' + b"[" * 200_000, "halve.ipynb is damaged"),
        (b'{"x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b', "cells": []}', "halve.ipynb"),
        (notebook(code("x = 1\n" * 60_000)), "characters of code"),
        (notebook(code("x\n" * 6_000), code(RIGHT)), "statements"),
        (notebook(code("\x00" + RIGHT)), "halve.ipynb"),
        (notebook(code("s = '\ud800'\n" + RIGHT)), "halve.ipynb"),
    ],
    ids=range(19),
)  # fmt: skip
def test_what_cannot_be_graded_says_why(data: bytes, told: str) -> None:
    """A damaged file, one without an answer and one made to take long are told in a sentence, with what to do."""
    said = refusal(data)

    assert told in said
    assert said.endswith(".")


def test_strange_cells_do_no_harm() -> None:
    """Cells of wrong types are left out, wrong metadata is ignored, NaN in an output is no damage."""
    strange: list[Any] = [
        3,
        None,
        [],
        {},
        {"cell_type": 7},
        {"cell_type": "code", "source": 9},
        {"cell_type": "code", "source": ["x", 9]},
        {"cell_type": "code", "metadata": [], "source": "spare = 1"},
        {"cell_type": "odd", "source": "text"},
        code("spare = 2") | {"metadata": {"nbgrader": "text"}},
        code("spare = 3") | {"metadata": {"nbgrader": {"grade_id": 5, "solution": []}}},
        code(RIGHT) | {"outputs": [float("nan")], "execution_count": {}},
    ]
    data = notebook(*strange)

    assert b"NaN" in data
    assert "n // 2" in submission_from_notebook(data, "halve", NAME, ("halve",)).source
    assert len(read_cells(data, "it")) == 5


def test_a_large_notebook_is_read_up_to_a_limit(tmp_path: Path) -> None:
    """Megabytes of pictures in outputs are no obstacle; a file above the limit is refused before it is read."""
    cell = code(RIGHT)
    cell["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * (8 << 20)}}]
    path = tmp_path / "halve.ipynb"
    path.write_bytes(notebook(cell))
    submission = read_submission(path, "halve", ("halve",))
    with path.open("wb") as file:
        file.truncate(MAX_NOTEBOOK_BYTES + 1)

    assert len(submission.source) < 200
    with pytest.raises(SubmissionUnreadable, match="at most 33,554,432 are graded"):
        read_submission(path, "halve", ("halve",))


def test_kata_grade_takes_a_notebook(tmp_path: Path) -> None:
    """`kata grade --path FILE.ipynb` grades the cells that define the entry points, and tells what is missing."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    path = tmp_path / "mine.ipynb"
    found = {}
    for name, cell in (("right", code(f"%%time\n{RIGHT}")), ("wrong", code(WRONG)), ("none", code("x = 1"))):
        path.write_bytes(notebook(markdown("# Notes"), cell))
        found[name] = kata("grade", "halve", "--path", str(path))

    assert [one.code for one in found.values()] == [0, 1, 2]
    assert "halve(-3) gave -1; expected -2." in found["wrong"].out
    assert "mine.ipynb defines `halve`" in found["none"].err


def test_a_folder_may_hold_notebooks(tmp_path: Path) -> None:
    """A notebook beside an untouched stub is what was handed in; a changed stub comes first, a damaged one is refused."""
    root = copy_toys(tmp_path)
    exercise = load_catalog(root).exercise("halve")
    pristine = exercise.stub_path.read_bytes()
    beside = exercise.folder / "halve.ipynb"

    def take() -> tuple[Change, str]:
        with Intake(root) as intake:
            found = intake.take(exercise, frozenset(), [pristine])
        return found.change, Path(found.path).name

    assert take() == (Change.UNCHANGED, "halve.py")
    beside.write_bytes(notebook(markdown("# Prompt"), code(pristine.decode()), code("%load_ext grader")))
    assert take() == (Change.UNCHANGED, "halve.py")
    beside.write_bytes(notebook(code(RIGHT)))
    assert take() == (Change.CHANGED, "halve.ipynb")
    exercise.stub_path.write_text(WRONG, encoding="utf-8")
    assert take() == (Change.CHANGED, "halve.py")
    exercise.stub_path.unlink()
    beside.write_bytes(b"{")
    assert take() == (Change.REFUSED, "halve.ipynb")
    beside.unlink()
    beside.symlink_to("/etc/passwd")
    assert take() == (Change.REFUSED, "halve.ipynb")
