"""Watch mode in a terminal: saves and keys come in, verdicts go out."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import GraderError
from grader.model import Level, Verdict
from grader.practice.saves import Saves
from grader.practice.watch import Key
from grader.render import afterword, watching
from grader.render.plain import writable
from grader.screen.keyboard import Keyboard
from grader.screen.picker import Picker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from grader.model import CaseResult
    from grader.practice.watch import Watch
    from grader.render.paint import Paint

_CLEAR = "\x1b[H\x1b[2J"
_CLOSED_AGAIN = frozenset({Key.DETAILS, Key.SOLUTION, Key.ALTERNATIVES, Key.MISTAKES, Key.QUESTIONS, Key.DIFF})
_QUICK = 12  # cases between two strokes of the progress bar


class _Event(NamedTuple):
    """Something happened: a save of an exercise, a key, or a window of another size."""

    save: str = ""
    key: str = ""
    resized: bool = False


class WatchScreen:
    """The loop of watch mode.

    Parameters
    ----------
    watch : Watch
        What saves and keys do.
    folders : sequence of Path
        Of the exercises: that of the checkout and those of packs.
    paint : callable
        Tells what the terminal can show now.
    write : callable
        Writes a text to the terminal and flushes it.
    interactive : bool
        Whether there is a keyboard, and a screen that can be cleared.
    """

    def __init__(
        self,
        watch: Watch,
        folders: Sequence[Path],
        paint: Callable[[], Paint],
        write: Callable[[str], None],
        *,
        interactive: bool,
    ) -> None:
        self._watch = watch
        self._folders = tuple(folders)
        self._ask_paint = paint
        self._write = write
        self._interactive = interactive
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._grading = ""
        self._superseded = False
        self._extra = ""
        self._opened: Key | None = None
        self._page = 0
        self._pages = 1
        self._notice = ""

    @property
    def _paint(self) -> Paint:
        return self._ask_paint()

    def run(self, slug: str | None, *, poll: bool | None = None) -> None:
        """Watch until the learner quits.

        Parameters
        ----------
        slug : str, optional
            Exercise to begin with.
        poll : bool, optional
            Whether to look again and again instead of waiting for events; by default where events are missing.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C.
        """
        files = {exercise.stub_path: exercise.slug for exercise, _ in self._watch.choices()}
        with ExitStack() as stack:
            stack.enter_context(self._interruptible())
            polling = False
            for folder in self._folders:
                mine = {path: name for path, name in files.items() if path.is_relative_to(folder)}
                saves = Saves(folder, mine, lambda name: self._tell(_Event(save=name)), poll=poll)
                polling |= stack.enter_context(saves).polling
            if self._interactive:
                stack.enter_context(Keyboard(lambda key: self._tell(_Event(key=key))))
            if polling:
                self._notice = "This file system raises no events, so saves are looked for three times a second."
            if slug is not None:
                self._watch.open(slug, begin=True)
                self.grade(slug)
            else:
                self._show()
            while self._handle(self._next()):
                pass
        self._write("\n")

    def _tell(self, event: _Event) -> None:
        """Take an event from another thread; one that makes the running grade pointless ends it."""
        self._events.put(event)
        if not self._grading:
            return
        pointless = event.key == Key.QUIT or (event.save and self._watch.outdates(event.save))
        if pointless and self._grading and not self._superseded and hasattr(signal, "pthread_kill"):
            self._superseded = True
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def _next(self) -> _Event:
        """Wait for an event, and use the time until it comes."""
        if self._events.empty():
            self._watch.rehearse(lambda: not self._events.empty())
        return self._events.get()

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Let a newer save end a grade by the signal that Ctrl-C sends; late ones do nothing."""

        def handle(*_: object) -> None:
            if self._superseded and not self._grading:
                self._superseded = False
                return
            raise KeyboardInterrupt

        resized = getattr(signal, "SIGWINCH", None)  # which Windows does not have
        before = signal.signal(signal.SIGINT, handle)
        size = signal.signal(resized, lambda *_: self._events.put(_Event(resized=True))) if resized else None
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            if resized:
                signal.signal(resized, size)

    def _handle(self, event: _Event) -> bool:
        """Do what an event asks, and tell whether to go on."""
        if event.save:
            self.grade(event.save)
            return True
        if event.resized or (event.key == " " and self._pages > 1):
            self._page = 0 if event.resized else self._page + 1
            if self._interactive:
                self._show()
            return True
        try:
            key = Key(event.key.lower())
        except ValueError:
            return True
        if key not in self._watch.useful_keys():
            return True
        if key is Key.QUIT:
            return False
        self._press(key)
        return True

    def _press(self, key: Key) -> None:
        watch, exercise, paint = self._watch, self._watch.exercise, self._paint
        opened, self._opened = self._opened, key
        self._extra, self._page = "", 0
        if key is opened and key in _CLOSED_AGAIN:
            self._opened = None
        elif key is Key.NEXT:
            following = watch.following()
            if following is not None:
                self._turn_to(following)
        elif key is Key.LIST:
            self._pick()
        elif key is Key.HINT:
            self._extra = watch.hint()
        elif key is Key.SOLUTION:
            self._extra = watch.solution()
        elif key is Key.DIFF:
            self._extra = watching.difference(watch.difference(), paint)
        elif key is Key.DETAILS and watch.outcome is not None and watch.outcome.report is not None:
            self._extra = watching.details(watch.outcome.report, paint)
        elif key is Key.ALTERNATIVES:
            self._extra = afterword.alternatives(watch.afterword(), paint)
        elif key is Key.MISTAKES:
            self._extra = afterword.mistakes(watch.afterword().mistakes, paint)
        elif key is Key.QUESTIONS:
            self._extra = afterword.questions(watch.afterword().follow_ups, paint)
        elif key is Key.RESET and exercise is not None:
            if self._confirm(f"Overwrite your attempt at {exercise.slug}? It can be restored."):
                watch.reset()  # which is a save, and will be graded as one
                self._extra = f"The stub is pristine. `kata reset {exercise.slug} --restore` brings your attempt back."
        elif key is Key.RUN and exercise is not None:
            self.grade(exercise.slug, again=True)
            return
        self._show()

    def _turn_to(self, slug: str) -> None:
        self._watch.open(slug, begin=True)
        self.grade(slug)

    def grade(self, slug: str, *, again: bool = False) -> None:
        """Grade what a stub holds, show the verdict, then record it; content that was graded already does nothing."""
        failed: list[CaseResult] = []
        done = 0

        def observe(case: CaseResult, total: int) -> None:
            nonlocal done
            done += 1
            if case.verdict not in (Verdict.PASSED, Verdict.NOT_STARTED):
                failed.append(case)
            if self._interactive and (done % _QUICK == 0 or case.duration_s > 0.2):
                paint = self._paint
                bar = watching.running(failed[0] if failed else None, done, total, len(failed), paint)
                top, _ = watching.lay_out(watching.Scene(self._watch.exercise, None), paint)
                self._write(f"{_CLEAR}{top}\n{bar}\n")

        try:
            self._grading = slug
            outcome = self._watch.save(slug, observe, again=again)
            self._grading = ""
        except KeyboardInterrupt:
            self._grading = ""
            if not self._superseded:
                raise
            self._superseded = False
            if self._events.empty():  # the signal was meant for what ended just before
                self._tell(_Event(save=slug))
            return
        except GraderError as error:
            self._grading = ""
            self._extra = f"kata: {error}"
            self._show()
            return
        if outcome is None:
            return
        self._extra, self._opened = "", None
        self._show(keys=False)
        try:
            self._watch.keep()
        except GraderError as error:
            self._extra = f"kata: the attempt was graded but not recorded: {error}"
            if not self._interactive:
                self._write(f"{self._extra}\n")
        if self._interactive:
            self._show()  # what is recorded brings other keys

    def _show(self, *, keys: bool = True) -> None:
        watch, paint = self._watch, self._paint
        tally = watch.tally() if self._interactive and keys else None
        report = watch.outcome.report if watch.outcome is not None else None
        word = watch.afterword() if report is not None and report.level is Level.FULL else None
        scene = watching.Scene(
            watch.exercise, watch.outcome, watch.useful_keys(), tally, self._notice, self._extra, word
        )
        height = _height() if self._interactive else None
        shown, self._pages = watching.lay_out(scene, paint, height, self._page)
        self._write((_CLEAR if self._interactive else "") + shown)

    def _pick(self) -> None:
        picker = Picker(self._watch.choices())
        chosen = None
        while chosen is None:
            lines = picker.lines(self._paint, _height())
            self._write(_CLEAR + "\n".join(lines) + "\n")
            event = self._events.get()
            if event.resized:
                continue
            if event.save:
                self._events.put(event)  # the list closes, and the save is graded
                return
            chosen = picker.press(event.key)
        if chosen:
            self._turn_to(chosen)

    def _confirm(self, question: str) -> bool:
        self._write(f"\n{question} [y/N] ")
        while True:
            event = self._events.get()
            if event.key:
                return event.key.lower() == "y"
            if event.resized:
                continue
            self._events.put(event)
            return False


def _height() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).lines


def writer() -> Callable[[str], None]:
    """Return what writes to the terminal at once, also while pytest has put its own stream in the place of ours."""
    stream = sys.stdout

    def write(text: str) -> None:
        stream.write(writable(text, stream.encoding))
        stream.flush()

    return write
