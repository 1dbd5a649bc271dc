"""Watch mode in a terminal: saves and keys come in, verdicts go out."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import GraderError
from grader.model import Verdict
from grader.practice.saves import Saves
from grader.practice.watch import Key
from grader.render import watching
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
_QUICK = 12  # cases between two strokes of the progress bar


class _Event(NamedTuple):
    """Something happened: a save of an exercise, or a key."""

    save: str = ""
    key: str = ""


class WatchScreen:
    """The loop of watch mode.

    Parameters
    ----------
    watch : Watch
        What saves and keys do.
    folders : sequence of Path
        Of the exercises: that of the checkout and those of packs.
    paint : Paint
        What the terminal can show.
    write : callable
        Writes a text to the terminal and flushes it.
    interactive : bool
        Whether there is a keyboard, and a screen that can be cleared.
    """

    def __init__(
        self, watch: Watch, folders: Sequence[Path], paint: Paint, write: Callable[[str], None], *, interactive: bool
    ) -> None:
        self._watch = watch
        self._folders = tuple(folders)
        self._paint = paint
        self._write = write
        self._interactive = interactive
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._grading = ""
        self._superseded = False
        self._extra = ""
        self._notice = ""

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
            while self._handle(self._events.get()):
                pass
        self._write("\n")

    def _tell(self, event: _Event) -> None:
        """Take an event from another thread; one that makes the running grade pointless ends it."""
        self._events.put(event)
        if not self._grading:
            return
        pointless = event.key == Key.QUIT or (event.save and self._watch.outdates(event.save))
        if pointless and self._grading and hasattr(signal, "pthread_kill"):
            self._superseded = True
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Let a newer save end a grade by the signal that Ctrl-C sends; late ones do nothing."""

        def handle(*_: object) -> None:
            if self._superseded and not self._grading:
                self._superseded = False
                return
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _handle(self, event: _Event) -> bool:
        """Do what an event asks, and tell whether to go on."""
        if event.save:
            self.grade(event.save)
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
        watch, exercise = self._watch, self._watch.exercise
        self._extra = ""
        if key is Key.NEXT:
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
            self._extra = watching.difference(watch.difference(), self._paint)
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
                bar = watching.running(failed[0] if failed else None, done, total, len(failed), self._paint)
                self._write(f"{_CLEAR}{self._head()}\n{bar}\n")

        try:
            self._grading = slug
            outcome = self._watch.save(slug, observe, again=again)
            self._grading = ""
        except KeyboardInterrupt:
            self._grading = ""
            if not self._superseded:
                raise
            self._superseded = False
            return
        except GraderError as error:
            self._grading = ""
            self._extra = f"kata: {error}"
            self._show()
            return
        if outcome is None:
            return
        self._extra = ""
        self._show(prompt=False)
        try:
            self._watch.keep()
        except GraderError as error:
            self._write(f"kata: the attempt was graded but not recorded: {error}\n")
        self._prompt()

    def _head(self) -> str:
        exercise = self._watch.exercise
        if exercise is None:
            return "Save a stub and it is graded.\n"
        return watching.header(exercise, self._paint)

    def _show(self, *, prompt: bool = True) -> None:
        parts = [_CLEAR if self._interactive else "", self._head()]
        if self._notice:
            parts.append(f"{self._notice}\n")
        if self._watch.outcome is not None:
            parts.append(f"\n{watching.outcome(self._watch.outcome, self._paint)}")
        if self._extra:
            parts.append(f"\n{self._extra.rstrip()}\n")
        self._write("".join(parts))
        if prompt:
            self._prompt()

    def _prompt(self) -> None:
        if self._interactive:
            self._write(f"\n{watching.prompt(self._watch.useful_keys(), self._watch.tally(), self._paint)}\n")

    def _pick(self) -> None:
        picker = Picker(self._watch.choices())
        chosen = None
        while chosen is None:
            lines = picker.lines(self._paint, _height())
            self._write(_CLEAR + "\n".join(lines) + "\n")
            event = self._events.get()
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
