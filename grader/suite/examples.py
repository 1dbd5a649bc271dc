"""The examples of a property, each drawn and tried once; only one that fails is handed to Hypothesis's engine.

The engine keeps a tree of all that was drawn, looks for what is new in it, mutates, seeds every generator of the process
and notes times around each example.  With calls as short as ours that was half of a warm grade.  What an example is drawn
from stays Hypothesis's: its strategies, and its source of choices, which prefers 0, the ends of a range and the numbers in
the text of the tests.  The search for a smaller counterexample and its report stay as well.

A seed draws the same examples every time.  So those that are plain data are kept for the next submission that is graded
with the same seed, and for the next parameter of the same property.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

#: Most draws for each example that is wanted: what was tried before, or fails an assumption, is drawn anew.
_DRAWS: Final = 8
_PLAIN: Final = (int, float, complex, str, bytes, bool, type(None))


@dataclass(slots=True)
class _Drawn:
    """The examples of one property so far.

    Attributes
    ----------
    examples : list of (tuple, dict)
        The choices that each was drawn from, and what the test is given, by the names of its arguments.
    seen : set
        The choices of all that were tried.
    state : object
        That of the generator after the last of them; None before the first.
    lasts : bool
        Whether they can be given to another run: all are plain data.
    """

    examples: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    seen: set[Hashable] = field(default_factory=set)
    state: Any = None
    lasts: bool = True


class Examples:
    """Examples of the properties in one file of hidden tests, kept while runs have the same seed."""

    def __init__(self) -> None:
        self._seed: int | None = None
        self._kept: dict[Hashable, _Drawn] = {}

    def begin(self, seed: int) -> None:
        """Prepare for a run.

        Parameters
        ----------
        seed : int
            Seed of the run.
        """
        if seed != self._seed:
            self._seed, self._kept = seed, {}

    def try_all(self, runner: Any) -> None:
        """Try examples until one fails; stands in for `ConjectureRunner.generate_new_test_cases`.

        Parameters
        ----------
        runner : ConjectureRunner
            The engine of one property.

        Raises
        ------
        Flaky
            If an example fails, and passes when it is tried again.
        """
        test = runner._test_function.__self__.wrapped_test
        # Parameters of one property share a test and its seed, and so their examples.
        key = test, test._hypothesis_internal_use_seed
        drawn = self._kept.pop(key, None) or _Drawn()
        try:
            if not _repeat(runner, drawn):
                return
            choices = _go_on(runner, drawn)
        finally:
            if drawn.lasts:
                self._kept[key] = drawn
        if not runner.valid_test_cases and not runner.interesting_test_cases:
            runner.test_function(runner.new_conjecture_data(choices))  # the engine says that nothing can be drawn


def _repeat(runner: Any, drawn: _Drawn) -> bool:
    """Try the examples that are kept; tell whether more are wanted."""
    from hypothesis.control import BuildContext
    from hypothesis.internal.conjecture.data import ConjectureData

    if drawn.examples:
        nothing = ConjectureData.for_choices(())  # is there for whoever looks; all that there was to draw is drawn
        with BuildContext(nothing, wrapped_test=runner._test_function.__self__.wrapped_test):
            for choices, arguments in drawn.examples:
                failure = _try(runner, _copied(arguments))
                if failure is not None:
                    _hand_over(runner, choices, failure)
                if not runner.should_generate_more():
                    return False
        runner.random.setstate(drawn.state)
    return True


def _go_on(runner: Any, drawn: _Drawn) -> tuple[Any, ...]:
    """Draw examples and try them; return the choices of the last."""
    from hypothesis.control import BuildContext
    from hypothesis.errors import StopTest, UnsatisfiedAssumption
    from hypothesis.internal.conjecture.choice import choices_key

    state = runner._test_function.__self__
    choices: tuple[Any, ...] = ()
    for data in _sources(runner, simplest=not drawn.examples):
        if not runner.should_generate_more():
            break
        with BuildContext(data, wrapped_test=state.wrapped_test):
            try:
                arguments = {name: data.draw(strategy) for name, strategy in state.stuff.given_kwargs.items()}
            except (StopTest, UnsatisfiedAssumption):
                runner.invalid_test_cases += 1
                choices = data.choices
                continue
            if choices_key(data.choices) in drawn.seen:
                continue
            if drawn.lasts and _is_plain(arguments):
                drawn.examples.append((data.choices, arguments))
                arguments = _copied(arguments)
                drawn.state = runner.random.getstate()
            else:
                drawn.lasts = False
            failure = _try(runner, arguments)
        choices = data.choices  # a test may have drawn more as it went: then nothing like it is found here again
        drawn.seen.add(choices_key(choices))
        if failure is not None:
            _hand_over(runner, choices, failure)
    return choices


def _sources(runner: Any, *, simplest: bool) -> Iterator[Any]:
    """Yield what examples are drawn from: first the simplest choices, then random ones."""
    from hypothesis.internal.conjecture.choice import ChoiceTemplate
    from hypothesis.internal.conjecture.data import ConjectureData

    if simplest:
        yield ConjectureData.for_choices((ChoiceTemplate("simplest", count=None),), random=runner.random)
    for _ in range(_DRAWS * runner.settings.max_examples):
        yield ConjectureData(random=runner.random)


def _try(runner: Any, arguments: dict[str, Any]) -> Exception | None:
    """Run the test on an example, as `StateForActualGivenExecution.execute_once` does; return what it raised."""
    from hypothesis.errors import StopTest, UnsatisfiedAssumption

    state = runner._test_function.__self__
    state.ever_executed = True  # or Hypothesis takes it for a test that had nothing to run
    try:
        state.test(*state.stuff.args, **state.stuff.kwargs, **arguments)
    except (StopTest, UnsatisfiedAssumption):
        runner.invalid_test_cases += 1
    except GraderError:
        raise
    except Exception as error:  # noqa: BLE001 - a test may raise anything, and Hypothesis says what that is
        return error
    else:
        runner.valid_test_cases += 1
    return None


def _hand_over(runner: Any, choices: tuple[Any, ...], failure: Exception) -> None:
    """Have the engine find the failure again, and a smaller one."""
    from hypothesis.errors import Flaky

    runner.test_function(runner.new_conjecture_data(choices))
    if not runner.interesting_test_cases:
        raise Flaky("An example failed, and passed when it was tried again.") from failure


def _is_plain(value: Any) -> bool:
    """Whether a value can be copied without asking anybody."""
    if type(value) is dict:
        return all(map(_is_plain, value)) and all(map(_is_plain, value.values()))
    return all(map(_is_plain, value)) if type(value) in (list, tuple, set) else type(value) in _PLAIN


def _copied(value: Any) -> Any:
    """Return a copy of plain data that a test may change."""
    if type(value) is dict:
        return {key: _copied(one) for key, one in value.items()}
    return type(value)(map(_copied, value)) if type(value) in (list, tuple, set) else value
