"""The examples of a property, each drawn and tried once; only one that fails is handed to Hypothesis's engine.

The engine keeps a tree of all that was drawn, looks for what is new in it, mutates, seeds every generator of the process
and notes times around each example.  With calls as short as ours that was half of a warm grade.  What an example is drawn
from stays Hypothesis's: its strategies, and its source of choices, which prefers 0, the ends of a range and the numbers in
the text of the tests.  The search for a smaller counterexample and its report stay as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

#: Most draws for each example that is wanted: what was tried before, or fails an assumption, is drawn anew.
_DRAWS: Final = 8


class _Known(Exception):
    """The same example was tried before."""


def try_examples(runner: Any) -> None:
    """Generate examples until one fails; stands in for `ConjectureRunner.generate_new_test_cases`.

    Parameters
    ----------
    runner : ConjectureRunner
        The engine of one property.

    Raises
    ------
    Flaky
        If an example fails, and passes when it is tried again.
    """
    from hypothesis.errors import Flaky, StopTest, UnsatisfiedAssumption
    from hypothesis.internal.conjecture.choice import choices_key

    tried: set[Hashable] = set()
    for data in _drawn(runner):
        if not runner.should_generate_more():
            return
        failure: Exception | None = None
        try:
            _try(runner._test_function.__self__, data, tried)
        except _Known:
            continue
        except (StopTest, UnsatisfiedAssumption):
            runner.invalid_test_cases += 1
        except GraderError:
            raise
        except Exception as error:  # noqa: BLE001 - a test may raise anything, and Hypothesis says what that is
            failure = error  # what the engine sees below has no context
        else:
            runner.valid_test_cases += 1
            tried.add(choices_key(data.choices))
        if failure is not None:
            runner.test_function(runner.new_conjecture_data(data.choices))
            if not runner.interesting_test_cases:
                raise Flaky("An example failed, and passed when it was tried again.") from failure
    if not tried:
        runner.test_function(runner.new_conjecture_data(data.choices))  # the engine says that nothing can be drawn


def _drawn(runner: Any) -> Iterator[Any]:
    """Yield what examples are drawn from: first the simplest choices, then random ones."""
    from hypothesis.internal.conjecture.choice import ChoiceTemplate
    from hypothesis.internal.conjecture.data import ConjectureData

    yield ConjectureData.for_choices((ChoiceTemplate("simplest", count=None),), random=runner.random)
    for _ in range(_DRAWS * runner.settings.max_examples):
        yield ConjectureData(random=runner.random)


def _try(state: Any, data: Any, tried: set[Hashable]) -> None:
    """Draw an example and run the test on it, as `StateForActualGivenExecution.execute_once` does."""
    from hypothesis.control import BuildContext
    from hypothesis.internal.conjecture.choice import choices_key

    with BuildContext(data, wrapped_test=state.wrapped_test):
        drawn = {name: data.draw(strategy) for name, strategy in state.stuff.given_kwargs.items()}
        # A test that draws more as it goes is never found here: what is kept are the choices that it ended with.
        if choices_key(data.choices) in tried:
            raise _Known
        state.ever_executed = True  # or Hypothesis takes it for a test that had nothing to run
        state.test(*state.stuff.args, **state.stuff.kwargs, **drawn)
