"""What an interviewer says of an exercise: the opening unasked, rules and clarifications when they are asked for.

A prompt's opening is its title and what stands before its first section.  Everything else is a topic, and can be asked
for by its number or by a word of it: first the clarifications of `exercise.toml`, then the sections of the prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.content.catalog import read_content
from grader.content.prompt import parse_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import Exercise

_NEVER_ASKED: Final = frozenset({"sources"})


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be asked.

    Attributes
    ----------
    name : str
        A few words.
    question : str
        As a candidate would put it; empty for a section of the prompt.
    answer : str
        In the interviewer's words; for a section its Markdown, with the heading.
    """

    name: str
    question: str
    answer: str

    @property
    def is_section(self) -> bool:
        """Whether it is a section of the prompt rather than a clarification."""
        return not self.question


@dataclass(frozen=True, slots=True)
class Briefing:
    """What there is to say of one exercise.

    Attributes
    ----------
    opening : str
        What is said unasked, as Markdown.
    clarifications, sections : tuple of Topic
        What can be asked, and what is said anyway once the clarify stage is over.
    """

    opening: str
    clarifications: tuple[Topic, ...]
    sections: tuple[Topic, ...]

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What can be asked, in the order in which it is numbered."""
        return (*self.clarifications, *(one for one in self.sections if one.name not in _NEVER_ASKED))

    def said(self, told: Iterable[str] | None, asked: Iterable[str]) -> str:
        """Return what the learner knows by now, as Markdown.

        Parameters
        ----------
        told : iterable of str or None
            Names of the sections that were asked for; None for all of them.
        asked : iterable of str
            Names of the clarifications that were asked for.
        """
        names = None if told is None else set(told)
        known = [one.answer for one in self.sections if names is None or one.name in names]
        answers = [f"- *{one.question}* {one.answer}" for one in self.clarifications if one.name in set(asked)]
        return "\n\n".join([self.opening, *known, *(["## Asked", "\n".join(answers)] if answers else [])])

    def rest(self, told: Iterable[str]) -> str:
        """Return the sections of other names, as Markdown."""
        names = set(told)
        return "\n\n".join(one.answer for one in self.sections if one.name not in names)

    def find(self, typed: str) -> tuple[Topic, ...]:
        """Return the topics that somebody may mean: one where it is clear, none where nothing fits.

        Parameters
        ----------
        typed : str
            A number, a name, the beginning of a name, or words of a question.
        """
        words = typed.casefold().strip(" ?.`#").split()
        if not words:
            return ()
        asked = " ".join(words)
        if asked.isdecimal():
            return tuple(self.topics[int(asked) - 1 : int(asked)]) if int(asked) else ()
        tests = (
            lambda topic: topic.name.casefold() == asked,
            lambda topic: topic.name.casefold().startswith(asked),
            lambda topic: all(_has(f"{topic.name} {topic.question}", word) for word in words),
        )
        return next((found for fits in tests if (found := tuple(filter(fits, self.topics)))), ())


def brief(exercise: Exercise) -> Briefing:
    """Read what there is to say of an exercise.

    Raises
    ------
    ContentError
        When the prompt cannot be read.
    """
    prompt = parse_prompt(read_content(exercise.prompt_path))
    return Briefing(
        prompt.opening,
        tuple(Topic(one.topic, one.question, one.answer) for one in exercise.clarifications),
        tuple(Topic(one.title.casefold(), "", one.text) for one in prompt.sections),
    )


def _has(text: str, word: str) -> bool:
    """Tell whether a text has a word that begins so, in whatever case."""
    return re.search(rf"\b{re.escape(word)}", text.casefold()) is not None
