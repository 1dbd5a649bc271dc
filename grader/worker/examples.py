"""The examples in a submission's docstrings, run where the submission lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import types

MAX_TEXT: Final = 2000


def run(module: types.ModuleType, file: str) -> list[list[object]]:
    """Run every docstring example of a module.

    Parameters
    ----------
    module : module
        The submission.
    file : str
        Name of its file, for messages.

    Returns
    -------
    list of [name, line, source, want, got, passed]
        One row for each example, in file order; `line` counts from 1.
    """
    import doctest  # brings half of the standard library's tools, which no other request needs

    rows: list[list[object]] = []

    class Recorder(doctest.DocTestRunner):
        """Writes down what each example gave instead of printing it."""

        def report_start(self, out: object, test: doctest.DocTest, example: doctest.Example) -> None:
            """Say nothing before an example runs."""

        def report_success(self, out: object, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
            """Write down an example that gave what it shows."""
            self._add(test, example, got, passed=True)

        def report_failure(self, out: object, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
            """Write down an example that gave something else."""
            self._add(test, example, got, passed=False)

        def report_unexpected_exception(
            self, out: object, test: doctest.DocTest, example: doctest.Example, exc_info: Any
        ) -> None:
            """Write down an example that raised."""
            kind, error, _ = exc_info
            self._add(test, example, f"{kind.__name__}: {error}\n", passed=False)

        def _add(self, test: doctest.DocTest, example: doctest.Example, got: str, *, passed: bool) -> None:
            line = (test.lineno or 0) + example.lineno + 1
            rows.append([test.name, line, example.source, example.want, got[:MAX_TEXT], passed])

    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = Recorder(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for test in sorted(finder.find(module, module.__name__), key=lambda t: t.lineno or 0):
        test.filename = file
        runner.run(test, out=lambda _: None, clear_globs=False)
    return rows
