"""What no release may show, and where a text shows it."""

from __future__ import annotations

import ast
import html
import os
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from grader.content.catalog import read_content
from grader.content.mutants import load_mutants, mutated
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.content.catalog import Catalog
    from grader.model import Exercise

_LEAST_LINE: Final = 24  # characters of a line that cannot be there by chance
_WORD: Final = re.compile(r"\w+")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")


class Secrets:
    """Texts that are looked for together.

    Each is kept under its rarest word, and a text is searched only for those of which it has every word.

    Parameters
    ----------
    texts : mapping of str to str
        What each is, by its text. A text has no line feed.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._what = dict(texts)
        self._words = {text: frozenset(_WORD.findall(text)) for text in texts}
        often = Counter(word for some in self._words.values() for word in some)
        self._by_word: defaultdict[str, list[str]] = defaultdict(list)
        for text, some in self._words.items():
            self._by_word[min(some, key=lambda word: (often[word], -len(word), word), default="")].append(text)

    def inside(self, text: str) -> set[str]:
        """Return the secrets that a text holds as they are."""
        words = {"", *_WORD.findall(text)}
        candidates = (secret for word in words & self._by_word.keys() for secret in self._by_word[word])
        return {secret for secret in candidates if self._words[secret] <= words and secret in text}

    def shown(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield line and kind of every secret that a text shows, also as a string of JSON, Python or HTML writes it.

        Parameters
        ----------
        text : str
            Any text.
        """
        forms = [text]
        if "\\" in text:
            forms.append(_ESCAPE.sub(_plain, text))
        if "&" in text:
            forms.append(html.unescape(text))
        told: set[tuple[int, str]] = set()
        for form in forms:
            there = sorted(self.inside(form), key=len, reverse=True)
            if not there:
                continue
            pattern = re.compile("|".join(map(re.escape, there)))
            for number, line in enumerate(form.split("\n"), 1):
                for found in dict.fromkeys(pattern.findall(line)):
                    if (number, self._what[found]) not in told:
                        told.add((number, self._what[found]))
                        yield number, self._what[found]


def secrets_of(catalog: Catalog, *, solutions: bool) -> Secrets:
    """Return what no release of a catalogue may hold: names, lines and numbers of tests, of references, of wrong solutions.

    What prompts and stubs show anyway is none, nor what references show where they come along.

    Parameters
    ----------
    catalog : Catalog
        Whose secrets.
    solutions : bool
        Whether references may be there.
    """
    found: dict[str, str] = {}
    for one in catalog.exercises:
        tests = read_content(one.tests_path)
        for node in ast.walk(ast.parse(tests)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, f"the name of a hidden test of {one.slug}")
            elif isinstance(node, ast.Constant) and isinstance(node.value, float):
                number = repr(node.value)
                if len(number.strip("0.")) > 5:
                    found.setdefault(number, f"a number of the hidden tests of {one.slug}")
        for text, what in _sources(one, tests, solutions=solutions):
            for line in map(str.strip, text.splitlines()):
                if len(line) >= _LEAST_LINE:
                    found.setdefault(line, f"a line of {what} of {one.slug}")
    everything = Secrets(found)
    for one in catalog.exercises:
        for text in _public(one, solutions=solutions):
            for known in everything.inside(text):
                found.pop(known, None)
    return Secrets(found)


def _sources(exercise: Exercise, tests: str, *, solutions: bool) -> Iterator[tuple[str, str]]:
    yield tests, "hidden tests"
    if not solutions:
        yield read_content(exercise.reference_path), "the solution"
    if exercise.mutants_path.is_file():
        for mutant in load_mutants(exercise).planted:
            yield mutated(exercise, mutant), f"the planted mistake {mutant.name}"
    if (folder := exercise.alternatives_folder).is_dir():
        for name in sorted(name for name in os.listdir(folder) if name.endswith(".py")):
            yield read_content(folder / name), f"{folder.name}/{name}"


def _public(exercise: Exercise, *, solutions: bool) -> Iterator[str]:
    yield read_content(exercise.prompt_path)
    yield pristine_stub(exercise).decode()
    yield "\n".join((exercise.title, *exercise.hints))
    if solutions:
        yield read_content(exercise.reference_path)


def _plain(escape: re.Match[str]) -> str:
    r"""Return what an escape stands for; `\n` becomes a space, so that lines keep their numbers."""
    if escape[1]:
        return chr(int(escape[1], 16))
    return " " if escape[2] in "nrt" else escape[2]
