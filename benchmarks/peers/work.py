"""Submissions that everybody grades, and attacks that nobody should fall for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.catalog import load_catalog
from grader.content.mutants import load_mutants, mutated

if TYPE_CHECKING:
    from grader.model import Exercise

ROOT: Final = Path(__file__).parents[2]
NUMPY: Final = ("softmax", "iou", "ndcg", "subarray_sums")
TORCH: Final = ("scaled_dot_product_attention", "dpo_loss")
SLUGS: Final = (*NUMPY, *TORCH)


class Kind(StrEnum):
    """What a submission is."""

    RIGHT = "right"
    WRONG = "wrong"
    HANGING = "hanging"
    CRASHING = "crashing"
    ATTACK = "attack"


@dataclass(frozen=True, slots=True)
class Item:
    """A submission and what should come of it.

    Attributes
    ----------
    name : str
        What it does, for attacks.
    """

    number: int
    slug: str
    source: str
    kind: Kind
    name: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it should pass."""
        return self.kind is Kind.RIGHT


_CRASH: Final = "import ctypes\nctypes.string_at(0)\n"
_LOOP: Final = "while True:\n    pass\n"
_EXIT: Final = "import os\nos._exit(0)\n"
# Each goes before a stub of which no function is solved.
ATTACKS: Final = {
    "exits with 0 on import": _EXIT,
    "raises SystemExit(0) on import": "raise SystemExit(0)\n",
    "exits with 0 in a call": "import os\n{stubs}    os._exit(0)\n",
    "exits with 0 when the program ends": "import atexit, os\natexit.register(os._exit, 0)\n{stubs}    raise ValueError\n",
    "has numpy find everything close": (
        "import numpy as np\nfor name in ('assert_allclose', 'assert_array_equal', 'assert_equal'):\n"
        "    setattr(np.testing, name, lambda *a, **k: None)\nnp.allclose = np.array_equal = lambda *a, **k: True\n"
        "{stubs}    return np.zeros(3)\n"
    ),
    "has pytest report that all passed": (
        "import sys\nfor module in list(sys.modules.values()):\n"
        "    if getattr(module, '__name__', '') == '_pytest.runner':\n"
        "        real = module.TestReport.from_item_and_call.__func__\n"
        "        def passed(cls, item, call, real=real):\n"
        "            report = real(cls, item, call)\n"
        "            report.outcome = 'passed'\n"
        "            return report\n"
        "        module.TestReport.from_item_and_call = classmethod(passed)\n"
        "{stubs}    raise ValueError\n"
    ),
    "returns what the reference in the same process returns": (
        "import gc, inspect, os, sys\ndef _found(name):\n"
        "    path = os.environ.get('BENCH_REFERENCE')\n"
        "    if path is None:\n        raise ValueError\n"
        "    space = {{'__name__': 'reference'}}\n    exec(open(path).read(), space)\n    return space[name]\n"
        "{stubs}    return _found({name!r})(*args, **kwargs)\n"
    ),
    "takes the expected value from the caller's frame": (
        "import sys\ndef _peek():\n    frame = sys._getframe(1)\n    while frame is not None:\n"
        "        found = frame.f_locals.get('reference') or frame.f_locals.get('request')\n"
        "        if hasattr(found, '__file__'):\n            return found\n        frame = frame.f_back\n"
        "{stubs}    return getattr(_peek(), {name!r})(*args, **kwargs)\n"
    ),
}


def submissions(count: int, slugs: tuple[str, ...] = SLUGS) -> list[Item]:
    """Return submissions of which of every fifty 30 are right, 16 planted mistakes of the algorithm, 2 hang and 2 crash.

    Parameters
    ----------
    count : int
        How many.
    slugs : tuple of str, optional
        Of which exercises.
    """
    catalog = load_catalog(ROOT)
    exercises = [catalog.exercise(slug) for slug in slugs]
    right = {one.slug: one.reference_path.read_text(encoding="utf-8") for one in exercises}
    mistakes = {
        one.slug: [mutated(one, mutant) for mutant in load_mutants(one).planted if mutant.core] for one in exercises
    }
    items = []
    for number in range(count):
        slug = slugs[number % len(slugs)]
        place = (number * 7) % 50  # spread, so that those that hang do not come together
        source, kind = right[slug], Kind.RIGHT
        if place >= 48:
            source, kind = (_LOOP if place == 48 else _looping(catalog.exercise(slug))), Kind.HANGING
        elif place >= 46:
            source, kind = _CRASH, Kind.CRASHING
        elif place >= 30:
            source, kind = mistakes[slug][number % len(mistakes[slug])], Kind.WRONG
        items.append(Item(number, slug, f"{source}\n# {number}\n", kind))
    return items


def attacks(slug: str = "softmax") -> list[Item]:
    """Return the attacks, each on one exercise that it does not solve."""
    exercise = load_catalog(ROOT).exercise(slug)
    return [
        Item(number, slug, _attack(text, exercise), Kind.ATTACK, name)
        for number, (name, text) in enumerate(ATTACKS.items())
    ]


def _attack(text: str, exercise: Exercise) -> str:
    if "{stubs}" not in text:
        return text
    before, after = text.split("{stubs}")
    bodies = (f"def {name}(*args, **kwargs):\n{after.format(name=name)}" for name in exercise.entry_points)
    return before.format() + "\n".join(bodies)


def _looping(exercise: Exercise) -> str:
    return "".join(
        f"def {name}(*args, **kwargs):\n    while True:\n        pass\n\n\n" for name in exercise.entry_points
    )
