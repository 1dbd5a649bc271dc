"""Characters of formulas: small raised and lowered ones, alphabets, accents, and what part a sign plays."""

# ruff: noqa: RUF001 - signs of formulas look like others
from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

_ACCENTS: Final = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
                   "widetilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c"}  # fmt: skip
_ALPHABETS: Final = {
    "mathbf": "BOLD",
    "boldsymbol": "BOLD",
    "bm": "BOLD",
    "mathcal": "SCRIPT",
    "mathscr": "SCRIPT",
    "mathbb": "DOUBLE-STRUCK",
    "mathfrak": "FRAKTUR",
}
_DIGITS: Final = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
_RAISED_SIGNS: Final = {"⊤": "ᵀ", "′": "′", "∗": "*", "*": "*"}
_LAST: Final = 0x3000  # every raised and lowered character that fonts have lies below

RELATIONS: Final = frozenset("=<>≤≥≠∼≈≡∝∈∉∋⊂⊆⊃⊇←→↔⇐⇒⇔↦≪≫≜∥⊥") | {":", "\u2223"}
BINARIES: Final = frozenset("+-−±∓·×÷∗*∪∩⊙⊕⊗∘∖∧∨") | {"mod"}
OPENING: Final = frozenset("([{⟨⌊⌈")
CLOSING: Final = frozenset(")]}⟩⌋⌉")
LARGE: Final = frozenset("∑∏∫⋃⋂")


class Part(StrEnum):
    """What a piece of a formula is to its neighbours."""

    OPERAND = "operand"
    WORD = "word"  # an operand of several letters, which takes a space
    NAME = "name"  # log, max: what it applies to follows
    LARGE = "large"
    BINARY = "binary"
    RELATION = "relation"
    OPENING = "opening"
    CLOSING = "closing"
    BAR = "bar"
    COMMA = "comma"
    SLASH = "slash"
    SPACE = "space"


def part_of(sign: str) -> Part:
    """Return the part that a sign plays."""
    for part, signs in (
        (Part.RELATION, RELATIONS),
        (Part.BINARY, BINARIES),
        (Part.OPENING, OPENING),
        (Part.CLOSING, CLOSING),
        (Part.LARGE, LARGE),
    ):
        if sign in signs:
            return part
    if sign in {",", ";", "."}:
        return Part.COMMA
    if sign in {"/", "@"}:
        return Part.SLASH
    return Part.NAME if len(sign) > 1 and sign.isalpha() else Part.OPERAND


def lowered(text: str) -> str | None:
    """Return a text in subscript characters; None where one of them has none."""
    return _translated(text, _small("<sub>"))


def raised(text: str) -> str | None:
    """Return a text in superscript characters; None where one of them has none."""
    return _translated(text, _small("<super>") | _RAISED_SIGNS)


def accented(accent: str, text: str) -> str | None:
    """Return a letter with the accent of a command; None where it is no accent or no single letter."""
    mark = _ACCENTS.get(accent)
    return unicodedata.normalize("NFC", text + mark) if mark and len(text) == 1 else None


def is_accent(command: str) -> bool:
    """Tell whether a command sets an accent."""
    return command in _ACCENTS


def is_alphabet(command: str) -> bool:
    """Tell whether a command chooses an alphabet, such as bold."""
    return command in _ALPHABETS


def in_alphabet(command: str, text: str) -> str:
    """Return a text in the alphabet of a command; a character that is not in it stays."""
    return "".join(_letter(_ALPHABETS[command], character) for character in text)


@lru_cache(maxsize=1)
def _fractions() -> dict[tuple[str, str], str]:
    found = {}
    for code in range(0xBC, 0x215F):
        kind, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        if kind == "<fraction>" and len(parts) == 3:
            top, _, bottom = (chr(int(part, 16)) for part in parts)
            found[top, bottom] = chr(code)
    return found


def fraction_sign(top: str, bottom: str) -> str | None:
    """Return a fraction that is one character, such as ½."""
    return _fractions().get((top, bottom))


@lru_cache(maxsize=2)
def _small(kind: str) -> dict[str, str]:
    """Return what Unicode itself calls the raised or the lowered form of a character."""
    found = {"-": "⁻" if kind == "<super>" else "₋"}
    for code in range(_LAST):
        decomposition = unicodedata.decomposition(chr(code)).split()
        if len(decomposition) == 2 and decomposition[0] == kind:
            found[chr(int(decomposition[1], 16))] = chr(code)
    return found


def _translated(text: str, table: dict[str, str]) -> str | None:
    return "".join(table[character] for character in text) if text and set(text) <= table.keys() else None


def _letter(style: str, character: str) -> str:
    if character.isdigit():
        kind, name = "DIGIT", _DIGITS[int(character)]
    elif character.isascii() and character.isalpha():
        kind, name = "CAPITAL" if character.isupper() else "SMALL", character.upper()
    else:
        return character
    for full in (f"{style} {kind} {name}", f"MATHEMATICAL {style} {kind} {name}"):  # some names lack the word
        try:
            return unicodedata.lookup(full)
        except KeyError:
            continue
    return character
