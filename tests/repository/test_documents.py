"""The documents say what is there: keys, tools, commands, options, sessions and links."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from grader import testing
from grader.authoring.checks.metadata import CLARIFICATIONS, LEAST
from grader.authoring.checks.planted import LEAST_CORE
from grader.authoring.checks.prompt import MOST_CORE_WORDS, MOST_WORDS
from grader.authoring.checks.proof import LEAST_CORE_CASES
from grader.authoring.checks.survival import LEAST_RATE, LEAST_REASON, MOST_JUSTIFIED
from grader.cli.app import app
from grader.content.catalog import load_catalog
from grader.content.costs import read_costs
from grader.content.metadata import load_exercise, load_track
from grader.content.mutants import load_mutants
from grader.content.question import load_questions
from grader.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Exercise

ROOT = Path(__file__).parents[2]
GUIDES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
AUTHORS = ROOT / "docs" / "write-an-exercise.md"
PAGES = (
    *ROOT.glob("*.md"),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
    *sorted((ROOT / "exercises").rglob("*.md")),
)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_STRANGE = "a_key_that_nobody_knows"

# Every table that an exercise or a track may hold, with nothing in it that a loader refuses.
FULL = {
    "exercise.toml": (
        'format = 1\ntitle = "t"\ndifficulty = "easy"\nminutes = 5\nbackend = "python"\nentry_points = ["f"]\n',
        {
            "limits": "[limits]\n",
            "follow_ups": '[[follow_ups]]\nquestion = "q"\nkey_points = ["k"]\n',
            "clarifications": '[[clarifications]]\ntopic = "t"\nquestion = "q"\nanswer = "a"\n',
        },
    ),
    "mutants.toml": (
        "format = 1\n",
        {
            "mutants": '[[mutants]]\nname = "m"\nmistake = "m"\ncaught_by = ["test_m"]\n',
            "mutants.edits": '[[mutants.edits]]\nold = "a"\nnew = "b"\n',
            "survivors": '[[survivors]]\nmutation = "m"\nreason = "r"\n',
        },
    ),
    "costs.toml": ("format = 1\n", {"costs": '[[costs]]\nof = "ours"\ntext = "O(n)"\n'}),
    "track.toml": ('format = 1\ntitle = "t"\nabout = "a"\norder = 1\n', {}),
    "questions.toml": (
        "format = 1\n",
        {
            "questions": '[[questions]]\nid = "q"\nkind = "design"\ndifficulty = "easy"\nminutes = 5\n'
            'question = "q"\nkey_points = ["k"]\n',
            "questions.rubric": '[[questions.rubric]]\ncriterion = "c"\nweak = "w"\nstrong = "s"\n',
        },
    ),
}


def _section(heading: str) -> str:
    text = AUTHORS.read_text(encoding="utf-8")
    return re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1].split("\n#")[0]


def _rows(heading: str) -> list[list[str]]:
    """Return the cells of the table in a section, without its head."""
    lines = [line for line in _section(heading).splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def _load(name: str, folder: Path, exercise: Exercise) -> None:
    loaders: dict[str, Callable[[], object]] = {
        "exercise.toml": lambda: load_exercise(folder),
        "mutants.toml": lambda: load_mutants(exercise),
        "costs.toml": lambda: read_costs(exercise),
        "track.toml": lambda: load_track(folder.parent),
        "questions.toml": lambda: load_questions(folder.parent),
    }
    loaders[name]()


def _known(name: str, tmp_path: Path) -> Iterator[str]:
    """Yield every key that a loader knows: what it answers when it meets a strange one."""
    folder = tmp_path / "exercises" / "track" / "slug"
    folder.mkdir(parents=True)
    (tmp_path / "solutions" / "track" / "slug").mkdir(parents=True)
    (folder / "exercise.toml").write_text(FULL["exercise.toml"][0], encoding="utf-8")
    exercise = load_exercise(folder)
    path = {
        "exercise.toml": folder / "exercise.toml",
        "mutants.toml": exercise.mutants_path,
        "costs.toml": exercise.costs_path,
        "track.toml": folder.parent / "track.toml",
        "questions.toml": folder.parent / "questions.toml",
    }[name]
    top, tables = FULL[name]
    for at in ("", *tables):
        strange = f"{_STRANGE} = 1\n"
        text = top + (strange if not at else "")
        text += "".join(table + (strange if where == at else "") for where, table in tables.items())
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ContentError) as caught:
            _load(name, folder, exercise)
        assert f"{_STRANGE}` is not a known key" in str(caught.value)
        keys = str(caught.value).split("Known keys: ")[1].rstrip(". ").split(", ")
        yield from (f"{at}.{key}".lstrip(".") for key in keys)


@pytest.mark.parametrize("name", FULL)
def test_the_guide_lists_every_key(name: str, tmp_path: Path) -> None:
    """The keys that the guide lists for a file are those that its loader knows."""
    listed = [row[0].strip("`") for row in _rows(f"Keys of {name}")]

    assert sorted(_known(name, tmp_path)) == sorted(listed)


def test_the_guide_lists_the_defaults_of_limits(tmp_path: Path) -> None:
    """The limits in the guide are those of an exercise that names none."""
    (tmp_path / "exercise.toml").write_text(FULL["exercise.toml"][0], encoding="utf-8")
    folder = tmp_path / "exercises" / "track" / "slug"
    folder.mkdir(parents=True)
    shutil.move(tmp_path / "exercise.toml", folder)
    limits = load_exercise(folder).limits
    listed = {row[0].strip("`"): row[1].strip("`") for row in _rows("Keys of exercise.toml")}

    for key, default in listed.items():
        if key.startswith("limits."):
            assert default == str(getattr(limits, key.removeprefix("limits."))), key


def test_the_guide_lists_every_tool() -> None:
    """The names in the table of `grader.testing` are those that hidden tests can import."""
    listed = [row[0].strip("`").split("(")[0] for row in _rows("`grader.testing`")]

    assert sorted(testing.__all__) == sorted(listed)


def test_the_guide_states_the_least() -> None:
    """The table of the least that is accepted holds the numbers by which `kata check` judges."""
    least = {row[0]: row[1] for row in _rows("The way, in five steps")}

    first, whole = re.findall(r"\d+", least["words of the prompt"])
    assert least["core cases"] == str(LEAST_CORE_CASES)
    assert least["planted mistakes"].startswith(f"{LEAST_CORE} of the algorithm")
    assert least["clarifications"] == f"{CLARIFICATIONS[0]} to {CLARIFICATIONS[-1]}"
    assert (int(first), int(whole)) == (MOST_CORE_WORDS, MOST_WORDS)
    assert least["hints"].endswith(str(LEAST["hints"]))
    assert least["follow-up questions"] == str(LEAST["follow_ups"])
    assert least["automatic mutants that are rejected"].startswith(f"{LEAST_RATE:.0%}".replace("%", " %"))
    assert f"{MOST_JUSTIFIED:.0%}".replace("%", " %") in least["justified survivors"]
    assert f"at least {LEAST_REASON} characters" in least["justified survivors"]


def test_examples_of_toml_are_toml() -> None:
    """Every block of TOML in the guides can be read."""
    blocks = [
        block
        for page in GUIDES
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    ]

    assert blocks
    for block in blocks:
        tomllib.loads(block)


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Yield each call of `kata` in a block of a guide: where it stands, and its words."""
    for page in GUIDES:
        for block in _FENCE.findall(page.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                # A hash is a comment; what stands before `kata` sets variables or installs.
                found = re.search(r"(?:^|\$ |&& |\) )kata((?: [^#]*)?)", line.strip())
                if found:
                    yield f"{page.name}: {line}", shlex.split(found[1])


def test_commands_in_guides_exist() -> None:
    """Each call of `kata` in a guide names a command and options that there are."""
    calls = list(_commands())

    assert calls
    for where, words in calls:
        command: click.Command = app
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not app or not words, where
        known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= known, where


@pytest.mark.parametrize("name", app.commands)
def test_every_command_is_in_a_guide(name: str) -> None:
    """A reader finds each command of `kata` in a guide."""
    assert any(re.search(rf"\bkata {name}\b", page.read_text(encoding="utf-8")) for page in GUIDES)


def test_the_guide_for_teachers_lists_every_option() -> None:
    """Each option of `kata ci`, `kata marks`, `kata batch` and `kata release` stands in teach.md."""
    text = (ROOT / "docs" / "teach.md").read_text(encoding="utf-8")
    options = [option.opts[-1] if option.opts[-1].startswith("--") else option.opts[0]
               for name in ("ci", "release", "marks", "batch") for option in app.commands[name].params if option.opts[0].startswith("-")]  # fmt: skip

    assert [option for option in options if f"`{option}" not in text] == []


def test_sessions_in_guides_exist() -> None:
    """Each `nox -s` in a guide names a session, and CONTRIBUTING.md names them all."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    named = {page: set(re.findall(r"nox -s (\w+)", page.read_text(encoding="utf-8"))) for page in GUIDES}

    for page, names in named.items():
        assert names <= sessions, page.name
    assert named[ROOT / "CONTRIBUTING.md"] == sessions


@cache
def _anchors(page: Path) -> frozenset[str]:
    """Return the anchors that a forge makes of the headings of a page."""
    headings = re.findall(r"^#+ +(.+?)\s*$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link within the repository leads to a file that is there, and to a heading that is there."""
    text = re.sub(
        r"`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", "", _FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.DOTALL
    )
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in _anchors(there), target


def test_an_exercise_of_the_catalogue_has_the_files_that_the_guide_names() -> None:
    """The tree of files in the guide names what lies beside each exercise."""
    tree = _FENCE.search(_section("The way, in five steps"))
    assert tree is not None
    exercise = load_catalog(ROOT).exercises[0]
    for path in (*exercise.folder.iterdir(), *exercise.solution_folder.iterdir()):
        if path.name != "__pycache__":
            assert path.name.replace(exercise.slug, "<slug>") in tree[0], path.name
