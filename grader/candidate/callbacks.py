"""The functions of a test that a submission may call back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.worker.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker is told.

    Attributes
    ----------
    worked : bool
        Whether the function returned.
    value : object
        What it returned, or why it failed.
    """

    worked: bool
    value: Any


class Callbacks:
    """What one case has offered to the submission, and what went wrong in it."""

    def __init__(self) -> None:
        self._offered: list[tuple[Any, tuple[str, ...] | None]] = []
        self._error: Exception | None = None
        #: Whether a function of the test runs now.
        self.serving = False

    def offer(self, obj: Any, methods: Sequence[str] | None = None) -> int:
        """Let the submission call an object, or only some of its methods.

        Parameters
        ----------
        obj : object
            Function, or object whose methods are exposed.
        methods : sequence of str, optional
            The methods that may be called.

        Returns
        -------
        int
            The number by which the submission names it.
        """
        self._offered.append((obj, None if methods is None else tuple(methods)))
        return len(self._offered) - 1

    def allowed(self, identifier: Any, method: Any) -> Callable[..., Any]:
        """Return what a worker asks for.

        Raises
        ------
        WireError
            If that was never offered.
        """
        if type(identifier) is not int or not 0 <= identifier < len(self._offered) or type(method) is not str:
            raise WireError("a callback names no function")
        obj, methods = self._offered[identifier]
        if methods is None and not method:
            return obj  # type: ignore[no-any-return]
        if methods is not None and method in methods:
            return getattr(obj, method)  # type: ignore[no-any-return]
        raise WireError("a callback names a method that was not exposed")

    def call(self, work: Callable[[], Any]) -> Answer:
        """Run a function of the test, and keep the first error for it."""
        self.serving = True
        try:
            return Answer(True, work())
        except Exception as error:  # noqa: BLE001 - told to the submission now and to the test afterwards
            self._error = self._error or error
            return Answer(False, f"the function that was passed in failed: {type(error).__name__}")
        finally:
            self.serving = False

    def raise_error(self) -> None:
        """Raise what a function of the test raised, once."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error
