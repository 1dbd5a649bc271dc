"""LaTeX as pieces: what pylatexenc read, each with the part it plays."""

# ruff: noqa: RUF001 - signs of formulas look like others
from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from grader.render.formula import symbols
from grader.render.formula.box import Box, delimiter, fraction, grid, row, stack
from grader.render.formula.piece import Piece, bracketed, set_row, sign_piece, space_piece, text_piece
from grader.render.formula.symbols import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SIZES: Final = frozenset(f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
_FRACTIONS: Final = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
_WORDS: Final = frozenset(
    {"mathrm", "operatorname", "text", "textrm", "textit", "mathit", "mathsf", "mathtt", "textbf"}
)
_SPACES: Final = {",": 1, ";": 1, ":": 1, " ": 1, "~": 1, "quad": 3, "qquad": 4, "!": 0}
_BREAKS: Final = frozenset({"quad", "qquad"})
_MATRICES: Final = {"matrix": "  ", "pmatrix": "()", "bmatrix": "[]", "vmatrix": "||", "Vmatrix": "‖‖", "Bmatrix": "{}"}
_MORE: Final = {"ne": "≠", "neq": "≠", "bmod": "mod", "gets": "←", "iff": "⇔", "|": "‖", "lbrace": "{",
                "rbrace": "}", "prime": "′", "implies": "⇒", "cdots": "⋯", "dots": "…", "varphi": "φ"}  # fmt: skip
_BARS: Final = {"lvert": Part.OPENING, "rvert": Part.CLOSING, "lVert": Part.OPENING, "rVert": Part.CLOSING}


def read(latex: str, *, tall: bool, breaks: bool = False) -> list[Piece]:
    """Return the pieces of a formula.

    Parameters
    ----------
    latex : str
        What stands between the dollar signs.
    tall : bool
        Whether a piece may take several lines.
    breaks : bool, default=False
        Whether what follows a wide space may stand on the next line.
    """
    from pylatexenc.latexwalker import LatexWalker

    nodes = LatexWalker(latex, latex_context=_context(), tolerant_parsing=True).get_latex_nodes()[0]
    return _Reader(tall=tall, breaks=breaks).read(nodes)


class _Reader:
    """Makes pieces of what pylatexenc read."""

    def __init__(self, *, tall: bool, small: bool = False, breaks: bool = False) -> None:
        self._tall = tall
        self._breaks = breaks
        self._small = small

    def read(self, nodes: Iterable[Any]) -> list[Piece]:
        tokens = list(_tokens(nodes))
        found: list[Piece] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            if _is_mark(token):
                scripts: dict[str, list[Piece]] = {}
                at -= 1
                while at < len(tokens) and _is_mark(tokens[at]):
                    sign = tokens[at]
                    if at + 1 < len(tokens):
                        scripts[sign] = self._script(tokens[at + 1])
                    at += 2
                base = found.pop() if found and found[-1].part is not Part.SPACE else text_piece("")
                found.append(self._with_scripts(base, scripts))
            elif isinstance(token, str):
                number = _number(tokens, at - 1)
                at += max(len(number) - 1, 0)
                found.append(sign_piece(number or token))
            elif (
                self._name(token) in {"left", "right"}
                and at < len(tokens)
                and isinstance(tokens[at], str)
                and tokens[at] == "."
            ):
                at += 1  # a bracket that is not drawn
            else:
                found += self._node(token)
        return found

    def _script(self, token: Any) -> list[Piece]:
        reader = _Reader(tall=False, small=True)
        return reader.read([_Chars(token)]) if isinstance(token, str) else reader._argument(token)

    def _argument(self, node: Any) -> list[Piece]:
        return self.read(node.nodelist if type(node).__name__ == "LatexGroupNode" else [node])

    @staticmethod
    def _name(node: Any) -> str:
        return str(getattr(node, "macroname", ""))

    def _node(self, node: Any) -> list[Piece]:
        kind = type(node).__name__
        if kind == "LatexGroupNode":
            return self._group(self.read(node.nodelist))
        if kind == "LatexMacroNode":
            return self._macro(node)
        if kind == "LatexEnvironmentNode":
            return self._environment(node)
        if kind == "LatexSpecialsNode":
            return [space_piece(1)] if node.specials_chars == "~" else [sign_piece(node.specials_chars)]
        return []

    def _group(self, pieces: list[Piece]) -> list[Piece]:
        return pieces if len(pieces) < 2 else [Piece(self._row(pieces), Part.OPERAND)]

    def _macro(self, node: Any) -> list[Piece]:
        name = self._name(node)
        given = [part for part in (node.nodeargd.argnlist if node.nodeargd else []) if part is not None]
        if name in _SPACES:
            return [space_piece(_SPACES[name], breaks=name in _BREAKS and self._breaks)]
        if name in _SIZES or name in {"left", "right", "limits", "displaystyle", "textstyle", "\\"}:
            return []
        if name in _FRACTIONS and len(given) == 2:
            return [self._fraction(self._argument(given[0]), self._argument(given[1]), small=name == "tfrac")]
        if name == "binom" and len(given) == 2:
            inside = [*self._argument(given[0]), sign_piece(","), *self._argument(given[1])]
            return [
                Piece(set_row([text_piece("C"), sign_piece("("), *inside, sign_piece(")")], tall=False), Part.OPERAND)
            ]
        if name == "sqrt" and given:
            return [self._root(given)]
        if name in _WORDS and given:
            word = _plain(given[-1]).strip()
            part = (
                Part.NAME
                if name == "operatorname"
                else Part.WORD
                if len(word) > 1 and word[-1] != "@"
                else Part.OPERAND
            )
            return [Piece(Box((word,)), part)]
        if symbols.is_alphabet(name) and given:
            return [text_piece(symbols.in_alphabet(name, _plain(given[-1])))]
        if symbols.is_accent(name) and given:
            box = self._row(self._argument(given[-1]))
            marked = symbols.accented(name, box.lines[0]) if box.height == 1 else None
            return (
                [text_piece(marked)]
                if marked
                else [text_piece(name), sign_piece("("), *self._argument(given[-1]), sign_piece(")")]
            )
        if name == "mathrel" and given:
            return [replace(text_piece(_plain(given[-1])), part=Part.RELATION)]
        if name == "mid":
            return [Piece(Box(("|",)), Part.RELATION)]
        sign = _MORE.get(name) or _known(name) or name
        if name in _BARS:
            return [Piece(Box((sign,)), _BARS[name], sign=sign)]
        return [sign_piece(sign), *(piece for part in given for piece in self.read([part]))]

    def _fraction(self, top: list[Piece], bottom: list[Piece], *, small: bool) -> Piece:
        above, below = self._row(top), self._row(bottom)
        if above.height == below.height == 1:
            sign = symbols.fraction_sign(above.lines[0], below.lines[0])
            if sign and (small or not self._tall):
                return text_piece(sign)
        if self._tall and not small:
            return Piece(fraction(above, below), Part.OPERAND)
        parts = [
            bracketed(top, whole=False, small=self._small),
            text_piece("/"),
            bracketed(bottom, whole=True, small=self._small),
        ]
        return Piece(set_row(parts, tall=False, small=self._small), Part.OPERAND, loose=True)

    def _root(self, given: Sequence[Any]) -> Piece:
        degree = symbols.raised(_plain(given[0])) if len(given) > 1 else ""
        inside = self._argument(given[-1])
        sign = text_piece(f"{degree or ''}√")
        if len(inside) == 1 and inside[0].box.height == 1 and not inside[0].loose:
            return Piece(row([sign.box, inside[0].box]), Part.OPERAND)
        return Piece(self._row([sign, sign_piece("("), *inside, sign_piece(")")]), Part.OPERAND)

    def _with_scripts(self, base: Piece, scripts: dict[str, list[Piece]]) -> Piece:
        low, high = scripts.get("_"), scripts.get("^")
        below = set_row(low, tall=False, small=True) if low else None
        above = set_row(high, tall=False, small=True) if high else None
        down = symbols.lowered(below.lines[0].replace(" ", "")) if below else ""
        up = symbols.raised(above.lines[0].replace(" ", "")) if above else ""
        stacks = base.part is Part.LARGE or base.box.lines[0] in {
            "max",
            "min",
            "arg max",
            "arg min",
            "lim",
            "sup",
            "inf",
        }
        if stacks and self._tall and (down is None or up is None or (below and above)):
            boxes = [box for box in (above, base.box, below) if box is not None]
            return replace(base, box=stack(boxes, 1 if above else 0))
        parts = [Box((_script("_", text, small),)) for text, small in _written(low, below, down)]
        parts += [Box((_script("^", text, small),)) for text, small in _written(high, above, up)]
        script = row(parts)
        if base.part is Part.CLOSING:
            return replace(base, script=script)
        if base.loose:
            base = bracketed([base], whole=False, small=self._small)
        if base.box.height > 1 and not below:
            script = Box((*script.lines, *[" " * script.width] * (base.box.base)), base.box.base)
        part = Part.OPERAND if base.part in {Part.BAR, Part.COMMA, Part.SPACE} else base.part
        if part is Part.OPERAND and "_" in script.lines[0] and len(base.box.lines) == 1:
            part = Part.WORD  # a_c b_c takes a space that aᵢbᵢ does not
        return Piece(row([base.box, script]), part)

    def _environment(self, node: Any) -> list[Piece]:
        name = node.environmentname.rstrip("*")
        rows: list[list[list[Any]]] = [[[]]]
        for each in node.nodelist:
            if self._name(each) == "\\":
                rows.append([[]])
            elif getattr(each, "specials_chars", "") == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(each)
        cells = [[self._row(self.read(cell)) for cell in line] for line in rows if any(_meant(cell) for cell in line)]
        if not cells:
            return []
        first, last = ("{", "") if name == "cases" else tuple(_MATRICES.get(name, "  "))
        if self._tall:
            loose = len(cells) > 1 and name == "cases" and len(cells) % 2 == 0
            table = grid(
                _aired(cells) if loose else cells,
                3 if name == "cases" else 2 if name in _MATRICES else 1,
                left=name not in _MATRICES,
            )
            opened = [delimiter(first, table), Box((" ",))] if first.strip() else []
            closed = [Box((" ",)), delimiter(last, table)] if last.strip() else []
            return [Piece(row([*opened, table, *closed]), Part.OPERAND)]
        between = "  " if name == "cases" else " "
        lines = [between.join(cell.lines[0].strip() for cell in line).strip() for line in cells]
        return [text_piece(f"{first}{'; '.join(lines)}{last or '}' if first.strip() else ''}")]

    def _row(self, pieces: Sequence[Piece]) -> Box:
        return set_row(pieces, tall=self._tall, small=self._small)


@dataclass(frozen=True)
class _Chars:
    """A single character where a node is wanted."""

    chars: str


def _written(pieces: list[Piece] | None, box: Box | None, small: str | None) -> list[tuple[str, str | None]]:
    """Return a script and its small form; in brackets where it is more than a word."""
    if not pieces or box is None:
        return []
    text = box.lines[0].strip()
    word = text.replace("_", "").isalnum() or len(text) == 1
    return [(text if word else f"({text})", small)]


def _script(sign: str, text: str, small: str | None) -> str:
    return small if small is not None else f"{sign}{text}"


def _tokens(nodes: Iterable[Any]) -> Iterable[Any]:
    """Yield each character that counts, and each other node."""
    for node in nodes:
        chars = getattr(node, "chars", None)
        if chars is None:
            yield node
        else:
            yield from (character for character in chars if not character.isspace())


def _number(tokens: Sequence[Any], at: int) -> str:
    """Return the number that begins here, without the full stop of a sentence; empty where none does."""
    end = at
    while end < len(tokens) and isinstance(tokens[end], str) and (tokens[end].isdigit() or tokens[end] == "."):
        end += 1
    found = "".join(tokens[at:end]).rstrip(".")
    return found if found[:1].isdigit() else ""


def _is_mark(token: Any) -> bool:
    """Tell whether a token says that a script follows; pylatexenc's nodes cannot be compared with text."""
    return isinstance(token, str) and token in {"_", "^"}


def _meant(nodes: Sequence[Any]) -> bool:
    return next(iter(_tokens(nodes)), None) is not None


def _plain(node: Any) -> str:
    """Return the text of an argument, spaces included."""
    chars = getattr(node, "chars", None)
    if chars is not None:
        return str(chars)
    if hasattr(node, "nodelist"):
        return "".join(_plain(each) for each in node.nodelist)
    name = getattr(node, "macroname", "")
    if name in _WORDS or symbols.is_alphabet(name):
        return "".join(_plain(part) for part in node.nodeargd.argnlist if part is not None)
    if name in _SPACES:
        return " " * min(_SPACES[name], 1)
    return _MORE.get(name) or _known(name) or str(getattr(node, "specials_chars", name))


def _aired(cells: list[list[Box]]) -> list[list[Box]]:
    """Put a blank line between rows, so that a brace has a middle."""
    found: list[list[Box]] = []
    for line in cells:
        found += [line, [Box(("",))]]
    return found[:-1]


@lru_cache(maxsize=1)
def _context() -> Any:
    """Return pylatexenc's commands and the arguments of those it does not know."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import std_macro

    one = (
        "mathrel",
        "boldsymbol",
        "bm",
        "mathsf",
        "mathtt",
        "mathscr",
        "widehat",
        "widetilde",
        "overline",
        "text",
        "mathrm",
    )
    macros = [std_macro(name, "{") for name in one] + [std_macro("operatorname", "*{")]
    macros += [std_macro(name, "{{") for name in ("frac", "tfrac", "dfrac", "cfrac", "binom")]
    database = get_default_latex_context_db()
    database.add_context_category("formulas", prepend=True, macros=macros)
    return database


@lru_cache(maxsize=1)
def _names() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db

    return get_default_latex_context_db()


def _known(name: str) -> str:
    """Return the character that pylatexenc gives a command; empty where it gives none."""
    spec = _names().get_macro_spec(name)
    found = getattr(spec, "simplify_repl", None)
    return found if isinstance(found, str) and "%" not in found else ""
