"""A prompt taken apart: its title, its opening and its sections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a prompt.

    Attributes
    ----------
    title : str
        What its heading says.
    text : str
        Its Markdown, with the heading.
    """

    title: str
    text: str

    @property
    def body(self) -> str:
        """Its Markdown below the heading."""
        return self.text.partition("\n")[2].strip()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A whole prompt.

    Attributes
    ----------
    title : str
        What its first heading says; empty where there is none.
    opening : str
        What stands before the first section, title included.
    sections : tuple of Section
        In the order of the file.
    """

    title: str
    opening: str
    sections: tuple[Section, ...]


def parse_prompt(text: str) -> Prompt:
    """Take a prompt apart; a fenced block holds no headings.

    Parameters
    ----------
    text : str
        Content of `prompt.md`.
    """
    parts: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            parts.append([])
        parts[-1].append(line)
    opening, *sections = ("\n".join(lines).strip() for lines in parts)
    title = next((line[2:].strip() for line in opening.splitlines() if line.startswith("# ")), "")
    return Prompt(title, opening, tuple(Section(one.partition("\n")[0][3:].strip(), one) for one in sections))
