"""Step 3: the prompt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.content.prompt import parse_prompt
from grader.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Exercise

SECTIONS = ("Core", "Examples", "Fine print", "Scale", "Not covered", "Forbidden", "Sources")
# Sections that are left out where they would say nothing.
_OPTIONAL = frozenset({"Fine print", "Scale", "Not covered", "Forbidden"})
MOST_CORE_WORDS = 220
MOST_WORDS = 500
MOST_BULLETS = 7
# What an interviewer would not say: it speaks of our files instead of the task, or is no idiom of the field.
PHRASES = (
    "our solution",
    "our vectorised solution",
    "hidden test",
    "no test looks for",
    "is not tested",
    "none among them",
    "it is for you to",
    "speaks for class",
    "gets that end",
)
_MARKED = {"Fine print": "@pytest.mark.fine", "Scale": "@pytest.mark.scale"}
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
    parsed = parse_prompt(prompt)
    sections = {section.title: section.body for section in parsed.sections}
    if parsed.title != exercise.title:
        message = f"The prompt is headed {parsed.title!r}, the exercise is titled {exercise.title!r}."
        yield Finding("prompt-title", path, message, "Make `# Title` and `title` in exercise.toml the same.")
    yield from _sections(path, sections, needed=_needed(exercise))
    yield from _manner(path, prompt, sections.get("Core", ""))
    if ">>>" not in prompt_examples(sections.get("Examples", "")):
        message = "`## Examples` has no Python session in a fenced `python` block."
        yield Finding("prompt-example", path, message, "Show calls after `>>>` and their results below.")


def words(prompt: str) -> tuple[int, int]:
    """Return how many words the opening and core have together, and how many the whole prompt has.

    Parameters
    ----------
    prompt : str
        Text of `prompt.md`; what stands between blanks is a word, formulas and sessions included. A program that the
        prompt hands out, a fenced block without a session, is material and does not count.
    """
    prompt = _FENCE.sub(lambda block: block[0] if ">>>" in block[2] else "", prompt)
    return len(prompt.partition("\n## Examples")[0].split()), len(prompt.split())


def _needed(exercise: Exercise) -> frozenset[str]:
    """Return the sections that an exercise must have."""
    tests = exercise.tests_path.read_text(encoding="utf-8")
    found = set(SECTIONS) - _OPTIONAL | {name for name, mark in _MARKED.items() if mark in tests}
    return frozenset(found | ({"Forbidden"} if exercise.forbidden else set()))


def _sections(path: Path, sections: dict[str, str], *, needed: frozenset[str]) -> Iterator[Finding]:
    told = f"The order is {', '.join(SECTIONS)}."
    for name in SECTIONS:
        if name not in sections:
            if name in needed:
                remedy = did_you_mean(name, sections) or f"Write it. {told}"
                yield Finding("prompt-section", path, f"The section `## {name}` is missing.", remedy)
        elif not sections[name]:
            yield Finding("prompt-section", path, f"The section `## {name}` is empty.", "Write it, or leave it out.")
    for name in sections:
        if name not in SECTIONS:
            remedy = f"Use a bold line or a third-level heading instead. {told}"
            yield Finding("prompt-section", path, f"The section `## {name}` is unknown.", remedy)
    known = [name for name in sections if name in SECTIONS]
    if known != sorted(known, key=SECTIONS.index):
        yield Finding("prompt-section", path, f"The sections come as {', '.join(known)}.", told)


def _manner(path: Path, prompt: str, core: str) -> Iterator[Finding]:
    first, whole = words(prompt)
    if first > MOST_CORE_WORDS:
        message = f"The opening and core have {first} words, at most {MOST_CORE_WORDS} are read in an interview."
        yield Finding("prompt-length", path, message, "Move what few people ask about to the fine print.")
    if whole > MOST_WORDS:
        message = f"The prompt has {whole} words of at most {MOST_WORDS}."
        yield Finding("prompt-length", path, message, "Say it once; drop what a reader would not ask.")
    bullets = len(re.findall(r"^- ", core, flags=re.MULTILINE))
    if bullets > MOST_BULLETS:
        message = f"Core has {bullets} bullets of at most {MOST_BULLETS}."
        yield Finding("prompt-length", path, message, "Keep the conventions that change the answer.")
    flat = " ".join(prompt.lower().split())
    for phrase in PHRASES:
        if phrase in flat:
            message = f"The prompt says {phrase!r}."
            yield Finding(
                "prompt-phrase", path, message, "Say what holds, as an interviewer would; a limit is a complexity."
            )
