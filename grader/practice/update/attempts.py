"""The attempts that lie in a checkout, committed or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.content.metadata import EXERCISES
from grader.errors import ContentError
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from grader.content.catalog import Catalog
    from grader.practice.history import History
    from grader.practice.update.checkout import Checkout


@dataclass(frozen=True, slots=True)
class Attempted:
    """A stub that the learner changed.

    Attributes
    ----------
    path : str
        From the root of the checkout.
    pristine : bytes
        The stub before anything was written.
    committed : bytes or None
        What HEAD holds, where that is an attempt.
    work : bytes or None
        What the working tree holds, where it is an attempt that is not committed.
    """

    slug: str
    path: str
    pristine: bytes
    committed: bytes | None
    work: bytes | None

    @property
    def latest(self) -> bytes:
        """The attempt as it was written last."""
        found = self.committed if self.work is None else self.work
        assert found is not None
        return found


def find_attempts(checkout: Checkout, catalog: Catalog, base: str) -> list[Attempted]:
    """Return every attempt of a checkout.

    Parameters
    ----------
    checkout : Checkout
        The learner's.
    catalog : Catalog
        Its exercises; one that is broken has its stub compared with what git has of it.
    base : str
        A commit whose stubs nobody has written into.
    """
    # One question for all stubs; only those that differ are read.
    since = checkout.paths("diff", "--name-only", "--no-renames", "-z", base, "HEAD")
    dirty = checkout.paths("diff", "--name-only", "--no-renames", "-z", "HEAD")
    dirty |= checkout.paths("ls-files", "--others", "-z", "--", EXERCISES)
    found = []
    for slug, folder in catalog.folders.items():
        if not folder.is_relative_to(checkout.root):
            continue
        file = folder / f"{slug}.py"
        path = file.relative_to(checkout.root).as_posix()
        if path not in since | dirty:
            continue
        head, origin = checkout.blob("HEAD", path), checkout.blob(base, path)
        work = file.read_bytes() if file.is_file() else None
        try:
            pristine = pristine_stub(catalog.exercise(slug))
        except ContentError:
            pristine = origin or b""
        blank = {_plain(text) for text in (pristine, origin) if text is not None}
        committed = head if head is not None and _plain(head) not in blank else None
        changed = work if work is not None and work != head and _plain(work) not in blank else None
        if committed is not None or changed is not None:
            found.append(Attempted(slug, path, pristine, committed, changed))
    return found


def keep(history: History, attempts: list[Attempted]) -> None:
    """Put attempts into the history, the newest last, so that `kata reset --restore` brings that one back."""
    for one in attempts:
        for content in (one.committed, one.work):
            if content is not None and history.saved(one.slug) != content:
                history.keep(one.slug, content)


def _plain(content: bytes) -> bytes:
    return b"\n".join(line.rstrip() for line in content.rstrip().splitlines())
