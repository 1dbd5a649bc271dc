"""How property-based hidden tests draw: the same inputs for the same seed, whatever this process did before."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from grader.suite.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pytest

MAX_EXAMPLES: Final = 15
_PROFILE: Final = "kata"
_CACHED: Final = 1024


def load_profile(*, shrink: bool) -> None:
    """Choose how many inputs are drawn and whether counterexamples are made smaller; the choice is this thread's.

    Parameters
    ----------
    shrink : bool
        Whether somebody reads the messages.
    """
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis.errors import InvalidArgument

    # The message is ours, so nothing is to be explained.
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if shrink else [])]
    name = f"{_PROFILE}, shrinking" if shrink else _PROFILE
    # The profile is the process's, its choice the thread's: a second grade in another thread only chooses it.
    try:
        settings.get_profile(name)
    except InvalidArgument:
        settings.register_profile(
            name,
            deadline=None,
            database=None,
            max_examples=MAX_EXAMPLES,
            phases=phases,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
    settings.load_profile(name)


def is_property(item: pytest.Item) -> bool:
    """Whether a case is property-based."""
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False) is True


def seed(items: Sequence[pytest.Item], seed_of: Callable[[str], int]) -> None:
    """Give every property-based case its seed.

    Parameters
    ----------
    items : sequence of Item
        Cases, of whatever kind.
    seed_of : callable
        Returns the seed of a case by its name.
    """
    for item in items:
        if is_property(item):
            import hypothesis

            hypothesis.seed(seed_of(item.name))(item.obj)  # type: ignore[attr-defined]
            # There is no database, and to make a key for it of the test's source takes longer than its examples' draws.
            item.obj._hypothesis_internal_database_key = b"kata"  # type: ignore[attr-defined]


class Draws:
    """What decides the draws of one file of hidden tests, beside the seed.

    Hypothesis also draws from the numbers and texts in the source of whatever modules this process happens to have
    imported.  Then a seed would not repeat a run, and a submission's inputs would depend on what was graded before it.
    Here only the constants of the hidden tests themselves count, which are the same everywhere.

    Parameters
    ----------
    source : bytes
        Text of the hidden tests.
    shrink : bool
        Whether counterexamples are made smaller.
    """

    def __init__(self, source: bytes, *, shrink: bool) -> None:
        self._shrink = shrink
        self._examples = Examples()
        self._ours: list[tuple[Any, str, Any]] = []
        # These names are not public.  Without them draws follow the seed as far as Hypothesis promises, and take longer.
        with contextlib.suppress(ImportError):
            from hypothesis.internal.cache import LRUCache
            from hypothesis.internal.conjecture import engine, providers
            from hypothesis.internal.conjecture.choice import choices_key  # noqa: F401  examples are told apart by it
            from hypothesis.internal.constants_ast import _constants_from_source

            def try_all(runner: Any) -> None:  # becomes a method of theirs
                self._examples.try_all(runner)

            constants = _constants_from_source(source, limit=True)
            self._ours = [
                (providers, "_get_local_constants", lambda: constants),
                (providers, "CONSTANTS_CACHE", LRUCache(_CACHED)),
                (engine.ConjectureRunner, "generate_new_test_cases", try_all),
            ]

    @contextlib.contextmanager
    def prevail(self, seed: int) -> Iterator[None]:
        """Let them decide, and put back what held before.

        Parameters
        ----------
        seed : int
            Seed of the run.
        """
        self._examples.begin(seed)
        load_profile(shrink=self._shrink)
        ours = [(owner, name, value) for owner, name, value in self._ours if hasattr(owner, name)]
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in ours]
        for owner, name, value in ours:
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)
