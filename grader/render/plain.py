"""Text for a terminal that cannot write every character."""

# ruff: noqa: RUF001 - signs that look like others are what this is about
from __future__ import annotations

import unicodedata
from typing import Final

_SIGNS: Final = {
    "★": "*", "☆": ".", "·": "-", "…": "...", "•": "*", "✓": "x", "×": "x", "−": "-", "–": "-", "—": "-", "─": "-",
    "│": "|", "→": "->", "←": "<-", "↦": "|->", "≤": "<=", "≥": ">=", "≠": "!=", "∞": "inf", "√": "sqrt", "∑": "sum",
    "∏": "prod", "∈": "in", "∂": "d", "‖": "||", "“": '"', "”": '"', "‘": "'", "’": "'", "′": "'", "∗": "*",
    "⎛": "/", "⎜": "|", "⎝": "\\", "⎞": "\\", "⎟": "|", "⎠": "/", "⎧": "/", "⎨": "<", "⎩": "\\", "⎪": "|",
    "⎫": "\\", "⎬": ">", "⎭": "/", "⎡": "[", "⎢": "[", "⎣": "[", "⎤": "]", "⎥": "]", "⎦": "]", "⌊": "[", "⌋": "]",
    "━": "-", "╸": "-", "╺": "-", "█": "#", "▌": "#", "░": ".", "▁": "_", "▄": "#", "⊤": "T",
}  # fmt: skip


def writable(text: str, encoding: str | None) -> str:
    """Return a text that a stream can encode; what it cannot becomes the plain characters that are nearest.

    Parameters
    ----------
    text : str
        Any text.
    encoding : str or None
        Encoding of the stream.
    """
    name = encoding or "utf-8"
    try:
        text.encode(name)
    except UnicodeEncodeError:
        text = "".join(_nearest(character, name) for character in text)
    except LookupError:
        return text
    return text


def _nearest(character: str, encoding: str) -> str:
    if _fits(character, encoding):
        return character
    found = _SIGNS.get(character)
    if found is None:
        kind, *parts = unicodedata.decomposition(character).split() or [""]
        letters = "".join(chr(int(part, 16)) for part in parts) if kind.startswith("<") else ""
        lead = {"<sub>": "_", "<super>": "^"}.get(kind, "")
        greek = (
            unicodedata.name(character, "").rpartition("LETTER ")[2].lower()
            if "GREEK" in unicodedata.name(character, "")
            else ""
        )
        found = f"{lead}{letters}" if letters else greek or unicodedata.normalize("NFKD", character)
    plain = "".join(each for each in found if _fits(each, encoding))
    if plain or unicodedata.combining(character):
        return plain
    return character.encode(encoding, "backslashreplace").decode(encoding)


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
