"""Prompts as `kata show` lays them out."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from grader.content.catalog import load_catalog
from grader.render.prompt import in_text, layout, readable
from tests.support.shell import Shell
from tests.support.toys import copy_toys

COLUMNS = 80
EXERCISES = load_catalog(Path(__file__).parents[2]).exercises
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
CONTROL = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")


def shown(markdown: str, *, color: bool = False, links: bool = False) -> str:
    """Return a prompt as it stands on a screen of 80 columns."""
    text = StringIO()
    console = Console(file=text, force_terminal=color, no_color=not color, width=COLUMNS, highlight=False)
    console.print(layout(markdown, COLUMNS, links=links))
    return text.getvalue()


@pytest.mark.parametrize("slug", [exercise.slug for exercise in EXERCISES])
def test_no_formula_is_left_in_latex(slug: str) -> None:
    """Outside code no dollar sign and no backslash is left of any prompt, and formulas fit on 80 columns."""
    source = next(one for one in EXERCISES if one.slug == slug).prompt_path.read_text(encoding="utf-8")
    told = readable(source, COLUMNS, escaped=False)
    formulas = re.findall(r"^```formula\n(.*?)^```", told, re.MULTILINE | re.DOTALL)

    assert not set("$\\") & set(CODE.sub("", told))
    assert not set("$\\") & set("".join(formulas))
    assert all(len(line) <= COLUMNS for formula in formulas for line in formula.splitlines())


def test_the_parser_of_markdown_takes_nothing_of_a_formula() -> None:
    """Underscores, stars and bars of formulas arrive on the screen, in a table too; code is code."""
    told = shown("With $a_c b_c$, $x^* < y$ and `$x$`:\n\n| what | how |\n|---|---|\n| one | $P(a \\mid b)$ |\n")

    assert "With a_c b_c, x* < y and `$x$`:" in told
    assert "P(a | b)" in told


def test_a_displayed_formula_has_lines_of_its_own() -> None:
    """It is indented, between blank lines, wherever its sentence goes on."""
    lines = [line.rstrip() for line in shown("With\n$$\nx = \\frac{a}{b},\n$$\nwhere $a$ counts.").splitlines()]

    assert lines == ["With", "", "        a", "    x = ─,", "        b", "", "where a counts."]


def test_colours_and_links_change_no_layout() -> None:
    """Without control sequences the coloured screen is the plain one; an address is written where links are off."""
    source = next(one for one in EXERCISES if one.slug == "iou").prompt_path.read_text(encoding="utf-8")
    linked = "See [the paper](https://example.org/paper)."

    assert [line.rstrip() for line in CONTROL.sub("", shown(source, color=True)).splitlines()] == [
        line.rstrip() for line in shown(source).splitlines()
    ]
    assert "https://example.org/paper" in shown(linked)
    assert "\x1b]8;" in shown(linked, color=True, links=True)
    assert "\x1b]8;" not in shown(linked, color=True)


def test_show_lays_out_and_can_print_the_source(tmp_path: Path) -> None:
    """`kata show` is laid out with and without colours, has no links in a pipe, and `--markdown` gives the file."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    prompt = kata.root / "exercises" / "numbers" / "halve" / "prompt.md"
    prompt.write_text("# Halve\n\nGive $\\frac{x}{2}$, see [here](https://example.org).\n", encoding="utf-8")
    plain = kata("show", "halve", NO_COLOR="1")
    colored = kata("show", "halve", FORCE_COLOR="1", NO_COLOR="")

    assert "Give x/2, see here (https://example.org)." in plain.out
    assert "\x1b" not in plain.out
    assert "\x1b]8;" not in colored.out
    assert plain.out == "".join(f"{line.rstrip()}\n" for line in CONTROL.sub("", colored.out).splitlines())
    assert kata("show", "halve", "--markdown").out.startswith("# Halve\n\nGive $\\frac{x}{2}$")


def test_a_key_point_is_a_line_of_text() -> None:
    """Formulas of questions and key points are text as well."""
    assert in_text(r"The shrinkage is $\lambda=\sigma^2/\tau^2$.") == "The shrinkage is λ = σ²/τ²."
