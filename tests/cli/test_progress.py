"""The progress bar of commands that grade many things."""

from __future__ import annotations

import io

import pytest

from grader.cli.progress import Bar, rate


@pytest.mark.parametrize(("speed", "words"), [(None, ""), (12.34, "12.3/s"), (0.5, "30/min")])
def test_a_rate_is_told_where_it_is_known(speed: float | None, words: str) -> None:
    """Nothing is told before the second piece; few a second are told by the minute."""
    assert rate(speed) == words


def test_a_bar_tells_counts_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a long command says what is under way, how much of how much is done, and what is left."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with Bar(200) as bar:
        bar._show()
        bar.move("softmax", 20, 200)
        assert bar._shown is not None
        bar._shown[0].refresh()

    for words in ("softmax", "20/200", "left"):
        assert words in terminal.getvalue()
