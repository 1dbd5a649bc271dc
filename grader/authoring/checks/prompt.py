"""Step 3: the prompt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise

SECTIONS = ("Task", "Conventions", "Examples", "Out of scope", "Forbidden", "Sources")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def prompt_examples(prompt: str) -> str:
    """Return the Python sessions of a prompt, ready for a docstring.

    Parameters
    ----------
    prompt : str
        Text of `prompt.md`.

    Returns
    -------
    str
        The sessions of every fenced `python` block, a blank line between two blocks.
    """
    blocks = [body for language, body in _FENCE.findall(prompt) if language == "python" and ">>>" in body]
    return "\n".join(blocks)


def check_prompt(exercise: Exercise) -> Iterator[Finding]:
    """Yield what the prompt lacks.

    Parameters
    ----------
    exercise : Exercise
        Exercise to check.

    Yields
    ------
    Finding
        Title first, then sections, then examples.
    """
    path = exercise.prompt_path
    prompt = path.read_text(encoding="utf-8")
    heading, sections = _outline(prompt)
    if heading != exercise.title:
        message = f"The prompt is headed {heading!r}, the exercise is titled {exercise.title!r}."
        yield Finding("prompt-title", path, message, "Make `# Title` and `title` in exercise.toml the same.")
    order = f"The order is {', '.join(SECTIONS)}."
    for name in SECTIONS:
        if name not in sections:
            remedy = did_you_mean(name, sections) or f"Write it. {order}"
            yield Finding("prompt-section", path, f"The section `## {name}` is missing.", remedy)
        elif not sections[name].strip():
            yield Finding("prompt-section", path, f"The section `## {name}` is empty.", "Write it, or write `None.`")
    for name in sections:
        if name not in SECTIONS:
            remedy = f"Use a bold line or a third-level heading instead. {order}"
            yield Finding("prompt-section", path, f"The section `## {name}` is unknown.", remedy)
    known = [name for name in sections if name in SECTIONS]
    if known != sorted(known, key=SECTIONS.index):
        yield Finding("prompt-section", path, f"The sections come as {', '.join(known)}.", order)
    if ">>>" not in prompt_examples(sections.get("Examples", "")):
        message = "`## Examples` has no Python session in a fenced `python` block."
        yield Finding("prompt-example", path, message, "Show calls after `>>>` and their results below.")


def _outline(prompt: str) -> tuple[str, dict[str, str]]:
    """Return the heading and the text of each section; fenced blocks hold no headings."""
    bare = _FENCE.sub(lambda block: re.sub(r"^#", "\0", block[0], flags=re.MULTILINE), prompt)
    parts = re.split(r"^## +(.+?)\s*$", bare, flags=re.MULTILINE)
    heading = re.search(r"^# +(.+?)\s*$", parts[0], flags=re.MULTILINE)
    sections = {name: text.replace("\0", "#") for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    return heading[1] if heading else "", sections
