"""A course for nbgrader with six exercises, and a class of twelve that hands in everything that a class hands in."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import nbconvert

from grader.content.catalog import load_catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    Notebook = dict[str, Any]

ROOT: Final = Path(__file__).parents[2]
SLUGS: Final = ("iou", "softmax", "ndcg", "regression_metrics", "entropy_kl_divergence", "layer_norm")
CANARY: Final = "canary-of-a-learner"
_HALF: Final = (
    "\n\ndef giou(a, b):\n    raise NotImplementedError\n\n\ndef convert(boxes, src, dst):\n    return boxes\n"
)


@dataclass(frozen=True)
class Hand:
    """What one learner hands in for one exercise.

    Attributes
    ----------
    data : bytes
        The notebook.
    source : str
        What `kata grade` would be given for the same marks; empty where nothing can be graded.
    kind : str
        What it must be worth: `all`, `core`, `some` or `none`.
    """

    data: bytes
    source: str
    kind: str


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a lecturer whose exchange and data lie in a folder."""
    config = folder / "config"
    config.mkdir(exist_ok=True)
    exchange = folder / "exchange"
    exchange.mkdir(exist_ok=True)
    exchange.chmod(0o777)
    (config / "nbgrader_config.py").write_text(f"get_config().Exchange.root = {str(exchange)!r}\n", encoding="utf-8")
    bins = (Path(sys.executable).parent, Path(nbconvert.__file__).parents[4] / "bin")
    return {
        **os.environ,
        "KATA_ROOT": str(ROOT),
        "KATA_HOME": str(folder / "home"),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_PATH": str(Path(nbconvert.__file__).parents[4] / "share" / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "PATH": os.pathsep.join([*map(str, bins), os.environ["PATH"]]),
        "PYTHONWARNINGS": "ignore",
    }


def run(words: list[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of a lecturer's; `nbgrader` and `kata` are those of this interpreter."""
    programs = {"nbgrader": ["-m", "nbgrader"], "kata": ["-c", "from grader.cli import run; run()"]}
    command = [sys.executable, *programs[words[0]], *words[1:]]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=110)


def hand_ins(release: Path) -> dict[str, dict[str, Hand]]:
    """Return what the class hands in, by learner and exercise."""
    catalog = load_catalog(ROOT)
    right = {slug: catalog.exercise(slug).reference_path.read_text(encoding="utf-8") for slug in SLUGS}
    textbook = {
        slug: (catalog.exercise(slug).alternatives_folder / "textbook.py").read_text(encoding="utf-8") for slug in SLUGS
    }
    names = {slug: catalog.exercise(slug).entry_points for slug in SLUGS}

    def released(slug: str) -> Notebook:
        loaded: Notebook = json.loads((release / f"{slug}.ipynb").read_text(encoding="utf-8"))
        return loaded

    def hand(slug: str, source: str, kind: str, change: Callable[[Notebook], None] = lambda _: None) -> Hand:
        notebook = released(slug)
        solution(notebook)["source"] = source.splitlines(keepends=True)
        change(notebook)
        return Hand(json.dumps(notebook).encode(), source, kind)

    def nothing(slug: str, before: str = "") -> str:
        return before + "".join(f"\n\ndef {name}(*args, **kwargs):\n    return None\n" for name in names[slug])

    half = right["iou"].replace("def giou(", "def _giou(").replace("def convert(", "def _convert(") + _HALF
    return {
        "ann": {slug: hand(slug, right[slug], "all") for slug in SLUGS},
        "bob": {slug: hand(slug, textbook[slug], "core") for slug in ("iou", "softmax", "ndcg")},
        "cem": {"iou": hand("iou", half, "some")},
        "dot": {"softmax": hand("softmax", nothing("softmax").replace("return None", "return 0.0"), "none")},
        "eli": {
            "softmax": hand("softmax", nothing("softmax", "while True:\n    pass\n"), "none"),
            "ndcg": hand("ndcg", right["ndcg"], "all"),
        },
        "fay": {"layer_norm": hand("layer_norm", nothing("layer_norm", "import os\n\nos._exit(0)\n"), "none")},
        "gus": _attacks(hand, nothing),
        "hal": {
            "iou": hand("iou", right["iou"], "all", _mangled),
            "ndcg": hand("ndcg", right["ndcg"], "all", _bare),
            "softmax": hand("softmax", right["softmax"], "all", _spread),
        },
        "ida": {slug: Hand((release / f"{slug}.ipynb").read_bytes(), "", "none") for slug in SLUGS},
        "jon": {"regression_metrics": hand("regression_metrics", right["regression_metrics"], "all")},
        "kim": {"layer_norm": hand("layer_norm", right["layer_norm"], "all")},
        "lea": {
            "iou": Hand((release / "iou.ipynb").read_bytes()[:900], "", "none"),
            "softmax": hand("softmax", right["softmax"], "all"),
        },
    }


def cell(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """Return the cell that nbgrader calls so."""
    found: dict[str, Any] = next(
        one for one in notebook["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )
    return found


def solution(notebook: Notebook) -> dict[str, Any]:
    """Return the solution cell."""
    return cell(notebook, "solution")


def hand_over(hands: dict[str, dict[str, Hand]], inbound: Path, assignment: str, times: dict[str, str]) -> None:
    """Put the hand-ins where `nbgrader submit` puts them."""
    for learner, notebooks in hands.items():
        when = times.get(learner, "2026-11-01 10:00:00 UTC")
        folder = inbound / f"{learner}+{assignment}+{when}+0123456789"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(when, encoding="utf-8")
        (folder / "submission_secret.txt").write_text(f"secret of {learner}", encoding="utf-8")
        for slug, hand in notebooks.items():
            (folder / f"{slug}.ipynb").write_bytes(hand.data)
        if learner == "gus":
            (folder / "nbgrader_config.py").write_text(
                "raise SystemExit('a config of a learner was run')\n", encoding="utf-8"
            )


def copy_course(course: Path, to: Path) -> None:
    """Copy a course as it is before anything is graded."""
    shutil.copytree(course, to)


def _attacks(hand: Callable[..., Hand], nothing: Callable[..., str]) -> dict[str, Hand]:
    """Return one attack on nbgrader for each exercise; none may bring a point."""
    hook = (
        "try:\n    shell = get_ipython()\n    shell.input_transformers_cleanup.append(lambda lines: ['pass'])\n"
        "    shell.events.register('pre_run_cell', lambda info: None)\nexcept NameError:\n    pass\n"
    )
    equal = (
        "class Yes(float):\n    shape = (3,)\n    dtype = 'float64'\n    __eq__ = lambda self, other: True\n"
        "    __array_ufunc__ = lambda self, *a, **k: True\n    __hash__ = None\n\n\n"
    )
    child = (
        "import subprocess, os\nfor start in (os.fork, lambda: subprocess.Popen(['sh', '-c', 'sleep 5; rm -f gradebook.db'])):\n"
        "    try:\n        start()\n    except Exception:\n        pass\n"
        "try:\n    import sqlite3\n    sqlite3.connect('gradebook.db').execute('update grade set manual_score=99')\n"
        "except Exception:\n    pass\n"
    )
    peek = (
        "import glob\ntry:\n    text = In[-1] + open(__file__).read()\nexcept Exception:\n    text = ''\n"
        f"for path in glob.glob('/**/hidden_tests.py', recursive=True):\n    text += open(path).read()\nprint({CANARY!r}, text)\n"
    )
    leave = (
        "import atexit, os, sys\natexit.register(os._exit, 0)\n"
        "if os.environ.get('NBGRADER_EXECUTION') == 'autograde':\n    sys.exit(0)\n"
    )

    def forged(notebook: Notebook) -> None:
        for one in notebook["cells"]:
            ours = one["metadata"].get("nbgrader", {})
            if ours.get("grade") and one["cell_type"] == "code":
                data = {"text/plain": str(ours["points"]), "text/html": "<script>document.title = 'owned'</script>"}
                one["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]
                one["source"] = "1000.0"
                ours["points"] = 1000
                ours["locked"] = False
        script = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
        cell(notebook, "answer_1")["source"] = f"{script}\n\n[x](javascript:alert(1))"
        notebook["cells"] += [
            {"cell_type": kind, "metadata": {"raw_mimetype": "text/html"}, "source": script}
            for kind in ("raw", "markdown")
        ]

    return {
        "iou": hand("iou", hook + nothing("iou"), "none"),
        "softmax": hand("softmax", equal + nothing("softmax").replace("return None", "return Yes(1)"), "none"),
        "ndcg": hand("ndcg", nothing("ndcg"), "none", forged),
        "regression_metrics": hand("regression_metrics", child + nothing("regression_metrics"), "none"),
        "entropy_kl_divergence": hand("entropy_kl_divergence", peek + nothing("entropy_kl_divergence"), "none"),
        "layer_norm": hand("layer_norm", leave + nothing("layer_norm"), "none"),
    }


def _mangled(notebook: Notebook) -> None:
    """Metadata of wrong types, old versions and hand-made locks, around a right answer."""
    own = solution(notebook)
    core_1, core_2, fine_1, fine_2 = (cell(notebook, name) for name in ("core_1", "core_2", "fine_1", "fine_2"))
    own["metadata"]["nbgrader"].update(locked=True, solution=False, schema_version=1, extra="x")
    own["cell_type"] = "markdown"
    core_1["metadata"]["nbgrader"] = "no table"
    core_2["metadata"] = []
    fine_1["metadata"]["nbgrader"]["points"] = "many"
    fine_2["cell_type"] = "raw"
    notebook["metadata"] = {"kernelspec": "none", "kata": {"refused": 7}}
    notebook["cells"] += [3, {"cell_type": "odd"}, copy.deepcopy(own)]


def _bare(notebook: Notebook) -> None:
    """Nothing is left but the solution, twice, after a copy that was emptied."""
    own = solution(notebook)
    empty = copy.deepcopy(own)
    empty["source"] = "# tried here\n%matplotlib inline\n"
    notebook["cells"] = [own, empty]


def _spread(notebook: Notebook) -> None:
    """As VS Code saves it, reordered, imports in a cell of their own, magics and helper cells between."""
    own = solution(notebook)
    text = "".join(own["source"])
    own["source"] = "%%time\n" + text.replace("import numpy as np\n", "") + "\n!ls\nsoftmax([1.0])\n"
    plain = {"cell_type": "code", "metadata": {"vscode": {"languageId": "python"}}, "outputs": [], "execution_count": 4}
    notebook["cells"].reverse()
    notebook["cells"].insert(0, {**plain, "source": "import numpy as np\n!pip install numpy"})
    notebook["cells"].append({**plain, "source": "raise RuntimeError('an experiment')"})
    notebook["nbformat_minor"] = 2
