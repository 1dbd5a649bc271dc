"""Make text that a learner controls harmless to whatever displays it."""

from __future__ import annotations

import re
from typing import Final

TAB_WIDTH = 4
# What a build log acts on: GitHub on `::` where a line begins, it and others on `##[` and `##name[` anywhere.
_COMMAND: Final = re.compile(r"^(\s*):(?=:)|#(?=#\w*\[)", re.MULTILINE)


def visible(text: str) -> str:
    r"""Return a text with every control character written out.

    Line feeds stay, tabs become spaces, and all else that Python calls unprintable appears as an
    escape: terminal commands, bidirectional overrides, lone surrogates, carriage returns.

    Parameters
    ----------
    text : str
        Text of any origin.

    Returns
    -------
    str
        Text that shows on a terminal what it contains, and does nothing else.

    Examples
    --------
    >>> print(visible("\x1b[2Jgone?"))
    \x1b[2Jgone?
    """
    if text.isprintable():
        return text
    return "\n".join(_visible_line(line) for line in text.replace("\r\n", "\n").split("\n"))


def visible_line(text: str) -> str:
    """Return a text as one line, line feeds written out too."""
    return _visible_line(text).replace("\n", "\\n")


def _visible_line(line: str) -> str:
    return "".join(map(_visible_character, line.expandtabs(TAB_WIDTH)))


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def harmless_log(text: str) -> str:
    r"""Return a text that no build log takes for a command: neither `::error::` nor `##[error]`.

    Examples
    --------
    >>> print(harmless_log("  ::set-output name=x::1"))
      : :set-output name=x: :1
    """
    return visible(text).replace("::", ": :").replace("##[", "## [")


def no_command(text: str) -> str:
    r"""Return a text of several lines in which a build log finds no command, and which is changed nowhere else.

    Examples
    --------
    >>> print(no_command("  ::error::x[::2]"))
      : :error::x[::2]
    """
    return _COMMAND.sub(lambda found: "# " if found[0] == "#" else f"{found[0]} ", text)


def no_command_in_xml(text: str) -> str:
    """Return an XML document that says the same, and in which a build log finds no command."""
    return _COMMAND.sub(lambda found: "&#35;" if found[0] == "#" else f"{found[1]}&#58;", text)


def no_command_in_json(text: str) -> str:
    """Return a JSON document that says the same, and in which a build log finds no command."""
    return _COMMAND.sub(lambda found: "\\u0023" if found[0] == "#" else found[0], text)  # no line begins in a string


def markdown(text: str, most: int | None = None) -> str:
    r"""Return a text that shows as it is in Markdown, on one line; nobody is mentioned, nothing is linked.

    Parameters
    ----------
    text : str
        Text of any origin.
    most : int, optional
        Cut after so many characters, and say so.

    Examples
    --------
    >>> print(markdown("<b>*@me*</b> | [x](y)"))
    &lt;b&gt;\*&#64;me\*&lt;/b&gt; \| \[x\](y)
    """
    line = " ".join(visible(text).split())
    if most is not None and len(line) > most:
        line = f"{line[:most]}… (cut)"
    return "".join(_MARKDOWN.get(character, character) for character in line).replace("://", ":&#47;/")


_MARKDOWN = {
    **{character: f"\\{character}" for character in "\\`*_[]|#~$!+-"},
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "@": "&#64;",
}


def cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    line = " ".join(visible(text).split())
    return f"'{line}" if line[:1] in {"=", "+", "-", "@"} else line
