"""Notes to exercises and answers to questions, and how they travel."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from grader.practice.history import History
from grader.practice.own_words import About
from grader.practice.recorded import dump, load
from grader.practice.sync import sync
from tests.support.past import DAY, open_past

if TYPE_CHECKING:
    from pathlib import Path


def _note(folder: Path) -> str:
    with History(folder) as history:
        return history.words.read(About.EXERCISE, "halve")


def test_what_was_written_last_is_read(tmp_path: Path) -> None:
    """A note is what was written last, an answer is another thing, and an emptied one counts as not written."""
    with History(tmp_path) as history:
        assert history.words.read(About.EXERCISE, "halve") == ""
        for text in ("m", "mi", "mind zero ½"):
            history.words.write(About.EXERCISE, "halve", text)
        history.words.write(About.QUESTION, "halve", "an answer")
        history.words.write(About.QUESTION, "emptied", "something")
        history.words.write(About.QUESTION, "emptied", "")
    with History(tmp_path) as history:
        assert history.words.read(About.EXERCISE, "halve") == "mind zero ½"
        assert history.words.written(About.QUESTION) == {"halve"}
        events = [one.detail for one in history.recorded().events if one.kind == About.EXERCISE]

    assert events == ["mind zero ½".encode()]


def test_two_machines_show_what_was_written_last(tmp_path: Path) -> None:
    """After `kata sync` every machine shows the newest note, in any order and any number of times; older ones are kept."""
    shared = tmp_path / "shared"
    shared.mkdir()
    desk, train = tmp_path / "desk", tmp_path / "train"
    for days, (folder, text) in enumerate([(desk, "first"), (train, "from the train"), (desk, "last")]):
        with open_past(folder) as past:
            past.now += days * DAY
            past.note("halve", text)
    for folder in (train, desk, train, train, desk):
        with History(folder) as history:
            assert sync(shared, history).troubles == ()

    assert (_note(desk), _note(train)) == ("last", "last")
    texts = [one.detail.decode() for one in load((shared / _own(shared)).read_text(encoding="utf-8"), "x").events]
    assert texts == ["first", "from the train", "last"]


def test_unions_in_any_order_give_one_note(tmp_path: Path) -> None:
    """Whichever history is taken over first, the newest note wins, also where a clock ran ahead when it was written."""
    written = []
    for place, text in enumerate(("early", "late", "later")):
        with open_past(tmp_path / text) as past:
            past.now += place * DAY
            past.note("halve", text)
            written.append(dump(past.history.recorded()))
    for number, order in enumerate(itertools.permutations(written)):
        with History(tmp_path / str(number)) as history:
            for one in order:
                history.unite(load(one, "another"))
            assert history.words.read(About.EXERCISE, "halve") == "later"
    with open_past(tmp_path / "ahead") as past:
        past.now += 400 * DAY
        past.note("halve", "by a clock that ran ahead")
        past.now -= 400 * DAY
        past.note("halve", "afterwards")
        past.history.unite(load(json.dumps(json.loads(written[0])), "another"))
        assert past.history.words.read(About.EXERCISE, "halve") == "afterwards"


def _own(shared: Path) -> str:
    return min(path.name for path in shared.iterdir())
