"""Prompts as HTML: Markdown with formulas as MathML, which a browser draws by itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def html(markdown: str) -> str:
    """Return Markdown as HTML; what is HTML in it already is shown as text.

    Parameters
    ----------
    markdown : str
        With formulas between `$` or `$$`.
    """
    return str(_parser().render(markdown))


@cache
def _parser() -> MarkdownIt:
    from latex2mathml.converter import convert
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def formula(latex: str, options: dict[str, bool]) -> str:
        if not options["display_mode"]:
            return str(convert(latex))
        # What stands side by side wraps where the page is narrow; MathML alone would run over its edge.
        parts = [latex] if r"\begin" in latex else latex.split(r"\qquad")
        return f"<div class=formulas>{''.join(convert(part.strip(), display='block') for part in parts)}</div>"

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.use(dollarmath_plugin, renderer=formula, allow_space=False, double_inline=True)
