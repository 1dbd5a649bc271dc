"""A prompt as a terminal shows it: its formulas as Unicode text, its Markdown laid out."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, ClassVar, Final

from rich.markdown import CodeBlock, Markdown
from rich.text import Text

from grader.render.formula import displayed, in_line

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import MarkdownElement

FORMULA: Final = "formula"  # what is written behind the fence of a displayed formula
_INDENT: Final = 4
_PARTS: Final = re.compile(
    r"(?P<code>^```.*?^```[ \t]*$|`[^`\n]+`)"
    r"|\n*^[ \t]*\$\$(?P<displayed>.*?)\$\$[ \t]*$\n*"
    r"|\$(?P<inline>[^$\n]+)\$",
    re.MULTILINE | re.DOTALL,
)
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")


def readable(markdown: str, width: int, *, escaped: bool, rows: int | None = None) -> str:
    """Return Markdown with its formulas as text: displayed ones as fenced blocks, the others in their line.

    Parameters
    ----------
    markdown : str
        Such as a prompt.
    width : int
        Columns that a displayed formula may take.
    escaped : bool
        Whether a Markdown parser reads the result, which must not take a formula's characters for its own.
    rows : int, optional
        Lines that displayed formulas may take together; where they would take more, their fractions are set in a line.
    """
    found = [one["displayed"] for one in _PARTS.finditer(markdown) if one["displayed"] is not None]
    tall = rows is None or sum(displayed(one, width).count("\n") + 1 for one in found) <= rows

    def replaced(found: re.Match[str]) -> str:
        if found["code"] is not None:
            return found["code"]
        if found["displayed"] is not None:
            return f"\n\n```{FORMULA}\n{displayed(found['displayed'], width, tall=tall)}\n```\n\n"
        text = in_line(found["inline"])
        return _PUNCTUATION.sub(r"\\\1", text) if escaped else text

    return _PARTS.sub(replaced, markdown)


def in_text(text: str) -> str:
    """Return a text of one paragraph, such as a key point, with its formulas as text."""
    return re.sub(r"\$([^$\n]+)\$", lambda found: in_line(found[1]), text)


def layout(markdown: str, width: int, *, links: bool) -> Markdown:
    """Return a prompt as Rich lays it out, the same with colours and without.

    Code in a line keeps its backticks: without a colour `a` would read as a word.

    Parameters
    ----------
    markdown : str
        The prompt.
    width : int
        Columns of the terminal.
    links : bool
        Whether addresses become hyperlinks instead of being written.
    """
    text = readable(markdown, width - _INDENT, escaped=True)
    return _Prompt(_PARTS.sub(_quoted, text), hyperlinks=links)


def _quoted(found: re.Match[str]) -> str:
    """Return code within a line so that its backticks are shown."""
    return found[0] if found["code"] is None or found["code"].startswith("```") else f"`` {found['code']} ``"


class _Block(CodeBlock):
    """A fenced block: code as Rich sets it, a formula without a background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the block."""
        if self.lexer_name == FORMULA:
            yield Text(textwrap.indent(str(self.text).rstrip(), " " * _INDENT), no_wrap=True, overflow="ignore")
        else:
            yield from super().__rich_console__(console, options)


class _Prompt(Markdown):
    """Markdown whose fenced blocks may be formulas."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "fence": _Block}
