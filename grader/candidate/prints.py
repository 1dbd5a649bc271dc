"""What a submission prints during one case, up to a cap."""

from __future__ import annotations

from typing import Any, Final

from grader.candidate.watch import Breach
from grader.model import Verdict
from grader.worker.wire import WireError

MAX_FRAMES: Final = 2**17
_CUT: Final = "\0"  # a worker sends this where it began to drop


class Prints:
    """Gathers the prints of one case.

    Parameters
    ----------
    cap_kb : int
        Kibibytes of text to keep.
    """

    def __init__(self, cap_kb: int) -> None:
        self._cap_kb = cap_kb
        self._left = cap_kb * 2**10
        self._call_left = self._left
        self._pieces: list[str] = []

    def begin_call(self) -> None:
        """Allow one call as much as a whole case."""
        self._call_left = self._cap_kb * 2**10

    def add(self, text: Any) -> None:
        """Keep a piece of text, or as much of it as fits.

        Raises
        ------
        Breach
            If one call printed more than a whole case may.
        WireError
            If it is no text, or one piece too many.
        """
        if type(text) is not str or len(self._pieces) > MAX_FRAMES:
            raise WireError("a print is no text, or there are too many")
        kept = text[: self._left]
        self._left -= len(kept)
        if len(kept) < len(text) and (not self._pieces or self._pieces[-1] != _CUT):
            kept += _CUT
        if kept:
            self._pieces.append(kept)
        self._call_left -= len(text)
        if self._call_left < 0 or _CUT in text:
            raise Breach(Verdict.CRASHED, f"printed more than {self._cap_kb} KiB; print less, or in fewer places")

    def text(self) -> str:
        """Return everything that was kept; a cut is stated."""
        text = "".join(self._pieces)
        if _CUT in text:
            text = text.replace(_CUT, "") + f"\n[cut after {self._cap_kb} KiB]"
        return text
