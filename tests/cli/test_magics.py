"""Notebooks of learners in a real kernel: `%load_ext grader`, `%%kata grade`, `%kata run|hint|show`, and `kata notebook open`."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("ipykernel")

from jupyter_client.manager import KernelManager

from grader.content.catalog import load_catalog
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FIRST = ("knn", "kmeans", "logistic_regression", "linear_regression", "multi_head_attention")
pytestmark = pytest.mark.filterwarnings("ignore")


@dataclass(frozen=True)
class Shown:
    """What stands below a cell."""

    status: str
    text: str
    html: str


class Kernel:
    """A real kernel, in a folder of its own."""

    def __init__(self, folder: Path, root: Path) -> None:
        environment = {**os.environ, "KATA_ROOT": str(root), "KATA_HOME": str(folder / "home"), "NO_COLOR": "1"}
        self._manager = KernelManager()
        spec: Any = self._manager.kernel_spec
        spec.argv[0] = sys.executable
        self._manager.start_kernel(env=environment, cwd=str(folder))
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def __call__(self, code: str) -> Shown:
        """Run a cell."""
        texts: list[str] = []
        pages: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            data = content.get("data", {})
            texts.append(content.get("text") or data.get("text/plain") or "\n".join(content.get("traceback", [])))
            pages.append(data.get("text/html") or data.get("text/markdown") or "")

        reply = self._client.execute_interactive(code, output_hook=keep, timeout=100)
        return Shown(reply["content"]["status"], "\n".join(texts).strip(), "\n".join(pages).strip())

    def end(self) -> None:
        """End it."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel in which the extension is loaded, beside the toy catalogue."""
    folder = tmp_path_factory.mktemp("notebook")
    kernel = Kernel(folder, copy_toys(folder))
    kernel("%load_ext grader")
    yield kernel
    kernel.end()


def test_a_cell_is_graded_with_what_it_uses(toys: Kernel) -> None:
    """`%%kata grade` shows stars, takes a helper from an earlier cell along, and defines the names in the kernel."""
    toys("def half(n):\n    return n // 2")
    shown = toys("%%kata grade halve\ndef halve(n):\n    return half(n)\n")

    assert "★ mastered  halve  2 of 2 cases" in shown.text
    assert "<b>★ mastered</b>" in shown.html
    assert toys("halve(9)").text == "4"


def test_a_failure_is_shown_with_its_case(toys: Kernel) -> None:
    """The first failing case stands below the cell; what a learner prints is text in it, whatever it looks like."""
    shown = toys(f"%%kata grade halve\n{WRONG.replace('halving', '<b>halving')}")

    assert "halve(-3) gave -1; expected -2." in shown.html
    assert "&lt;b&gt;halving -3" in shown.html
    assert "<b>halving" not in shown.html


def test_patches_of_the_kernel_change_no_verdict(toys: Kernel) -> None:
    """Whatever was done to the kernel, the hidden tests run in a process that it did not touch."""
    toys("import grader.testing.compare as c\nc.assert_equal = lambda *a, **k: None\nimport pytest\npytest.main = None")
    shown = toys(f"%%kata grade halve\n{WRONG}")

    assert "not solved" in shown.text


def test_a_cell_that_hangs_is_graded(toys: Kernel) -> None:
    """An endless loop on import is told, and not run in the kernel."""
    shown = toys("%%kata grade halve\nwhile True:\n    pass\ndef halve(n):\n    return n\n")

    assert "not solved" in shown.text
    assert toys("1 + 1").text == "2"


def test_commands_of_a_learner(toys: Kernel) -> None:
    """`%kata run` runs examples, `%kata hint` gives hints one by one, `%kata show` the prompt."""
    example = 'def halve(n):\n    """Halve.\n\n    >>> halve(9)\n    4\n    """\n    return n // 2\n'
    toys(example)

    assert "passed  halve  " in toys("%kata run halve").text
    assert toys("%kata hint halve").text.startswith("Hint 1 of 1: ")
    assert "Round down, also below zero." in toys("%kata show halve").html


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("%kata", "Write %%kata grade SLUG above your code"),
        ("%kata grade", "Write %%kata grade SLUG above your code"),
        ("%kata grade 'halve", 'There is no exercise named "\'halve"'),
        ("%kata grade half", "There is no exercise named 'half'"),
        ("%%kata grade shout\nx = 1", "No code cell of shout.ipynb defines `shout`."),
    ],
)
def test_mistakes_are_told_without_a_traceback(toys: Kernel, line: str, told: str) -> None:
    """A word too few, a wrong name and a cell without an answer are one line."""
    shown = toys(line)

    assert shown.status == "error"
    assert told in shown.text
    assert "Traceback" not in shown.text


def test_a_test_cell_asks_the_grader(toys: Kernel) -> None:
    """A test cell of a course, run by hand where the hidden tests are, gives its points; in nbgrader's own kernel it refuses."""
    toys(RIGHT)
    ask = "from grader.classes.notebooks import ask\nask('halve', 'core_1')"
    shown = toys(ask)
    refused = toys(f"import os\nos.environ['NBGRADER_EXECUTION'] = 'autograde'\n{ask}")
    toys("del os.environ['NBGRADER_EXECUTION']")

    assert shown.text.endswith("2.0")
    assert "Core: 2 of 2 points" in shown.text
    assert refused.status == "error"
    assert "cannot be trusted with marks" in refused.text


def test_open_writes_a_notebook(tmp_path: Path) -> None:
    """`kata notebook open` writes prompt, attempt and a cell that grades; what is there already stays."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    path = tmp_path / "mine.ipynb"
    first = kata("notebook", "open", "halve", "--output", str(path), "--no-browser")
    cells = ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]
    path.write_text("{}", encoding="utf-8")
    second = kata("notebook", "open", "halve", "--output", str(path), "--no-browser")

    assert "Wrote " in first.out
    assert "Open it: jupyter lab" in first.out
    assert cells[0].startswith("# Halve")
    assert f"%%kata grade halve\n{RIGHT.strip()}" in cells
    assert "stays as it is" in second.out
    assert path.read_text(encoding="utf-8") == "{}"


@pytest.mark.timeout(300)
def test_the_first_seed_lives_on_as_notebooks(tmp_path: Path) -> None:
    """The five notebooks that this repository began with: written by `kata notebook open`, completed, graded in one kernel."""
    catalog = load_catalog(ROOT)
    kata = Shell(ROOT, tmp_path / "home")
    kernel = Kernel(tmp_path, ROOT)
    try:
        for slug in FIRST:
            path = tmp_path / f"{slug}.ipynb"
            assert kata("notebook", "open", slug, "--output", str(path), "--no-browser").code == 0
            cells = json.loads(path.read_bytes())["cells"]
            load, answer, *_ = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
            right = catalog.exercise(slug).reference_path.read_text(encoding="utf-8")
            kernel(load)
            shown = kernel(f"{answer.partition(chr(10))[0]}\n{right}")

            assert "★★★ mastered" in shown.text, shown.text
    finally:
        kernel.end()
