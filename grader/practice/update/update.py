"""`kata update`: upstream's exercises, the learner's attempts.

::

    fetch ─▶ attempts into the history ─▶ merge beside the checkout, with pristine stubs ─▶ attempts into the new stubs
          ─▶ one step forward of the learner's branch ─▶ attempts that were not committed into the working tree

Until that step nothing of the learner's is touched; before it everything is in the history.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.address import old_names
from grader.content.catalog import load_catalog
from grader.practice.data_folder import make_data_folder, write_atomically
from grader.practice.stub_file import pristine_stub
from grader.practice.update.attempts import find_attempts, keep
from grader.practice.update.checkout import Checkout
from grader.practice.update.fit import Fit, fit
from grader.practice.update.merge import merge, overridden, without_attempts
from grader.practice.update.outcome import Fate, Outcome, Placed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.content.catalog import Catalog
    from grader.practice.history import History
    from grader.practice.update.attempts import Attempted

_SAFETY: Final = "refs/kata/before-update"
_TESTS: Final = ("hidden_tests.py",)


def update(root: Path, history: History, source: str | None = None, ref: str = "HEAD") -> Outcome:
    """Bring a checkout up to date.

    Parameters
    ----------
    root : Path
        Root of the checkout and of its catalogue.
    history : History
        Where every attempt goes first.
    source : str, optional
        Remote or address; by default what the checkout says.
    ref : str, default="HEAD"
        Branch or tag of it.

    Raises
    ------
    UsageError
        When it cannot be done; nothing is changed then.
    """
    checkout = Checkout(root)
    checkout.expect_quiet()
    theirs = checkout.fetch(source or checkout.source(), ref)
    head = checkout.git("rev-parse", "HEAD")
    base = checkout.base(head, theirs)
    if base == theirs:
        return Outcome(head, head)
    catalog = load_catalog(root)
    attempts = find_attempts(checkout, catalog, base)
    keep(history, attempts)
    committed = [one.path for one in attempts if one.committed is not None]
    solved = {slug for slug, standing in history.standings().items() if standing.solved}
    ahead = base != head
    with checkout.beside(without_attempts(checkout, base, committed) if ahead else theirs) as place:
        if ahead:
            merge(place, theirs)
        new = load_catalog(place.root)
        aliases = old_names(new)
        fits = {one.slug: _fits(one, new, aliases) for one in attempts}
        for one in attempts:
            was, _ = fits[one.slug]
            slug = _now(one.slug, new, aliases)
            if slug is not None and one.committed is not None and was is not None and was.content is not None:
                file = new.folders[slug] / f"{slug}.py"
                file.write_bytes(was.content)
                place.git("add", "--force", "--", file.relative_to(place.root).as_posix())
        tree = place.git("write-tree")
        lost = overridden(checkout, base, theirs, tree, (one.path for one in attempts)) if ahead else ()
        retested = tuple(sorted(_retested(catalog, new, aliases, solved)))
        folders = {slug: folder.relative_to(place.root) for slug, folder in new.folders.items()}
    final = theirs
    if ahead:
        final = checkout.git("commit-tree", tree, "-p", head, "-p", theirs, "-m", f"Update to {theirs[:12]}")
    safety, replaced = _step(checkout, final, attempts)
    placed = []
    for one in attempts:
        slug = _now(one.slug, new, aliases)
        if (
            slug is not None
            and one.work is not None
            and (done := fits[one.slug][1]) is not None
            and done.content is not None
        ):
            write_atomically(Path(root, folders[slug], f"{slug}.py"), done.content)
        placed.append(_place(one, slug, fits[one.slug], history))
    renamed = tuple(
        (old, slug) for old, slug in aliases.items() if old in catalog.folders and slug not in catalog.folders
    )
    history.adopt(aliases)
    history.note_new_tests(retested)
    gone = {old for old, _ in renamed}
    return Outcome(
        before=head,
        after=final,
        placed=tuple(placed),
        added=tuple(sorted(set(folders) - set(catalog.folders) - {slug for _, slug in renamed})),
        removed=tuple(sorted(set(catalog.folders) - set(folders) - gone)),
        renamed=renamed,
        retested=retested,
        overridden=tuple(sorted({*lost, *replaced})),
        safety=safety,
    )


def _step(checkout: Checkout, final: str, attempts: list[Attempted]) -> tuple[str, tuple[str, ...]]:
    """Move the learner's branch and files; return where git keeps what was not committed, and which files gave way."""
    stubs = {one.path: one.work for one in attempts if one.work is not None}
    dirty = checkout.paths("diff", "--name-only", "--no-renames", "-z", "HEAD")
    moving = checkout.paths("diff", "--name-only", "--no-renames", "-z", "HEAD", final)
    in_the_way = (dirty & moving) | (dirty & stubs.keys())
    saved = checkout.git("stash", "create", "kata update") if dirty else ""
    safety = ""
    if saved:
        safety = f"{_SAFETY}-{time.strftime('%Y%m%d-%H%M%S')}"
        checkout.git("update-ref", safety, saved)
    unknown = checkout.paths("ls-files", "--others", "-z") & checkout.paths("ls-tree", "-r", "--name-only", "-z", final)
    for path in unknown:
        Path(checkout.root, path).rename(Path(checkout.root, f"{path}.yours"))
    try:
        known = {path for path in in_the_way if checkout.blob("HEAD", path) is not None}
        if known:
            checkout.git("checkout", "--quiet", "HEAD", "--", *sorted(known))
        if in_the_way - known:  # added to the index, and not committed
            checkout.git("rm", "--quiet", "--force", "--", *sorted(in_the_way - known))
        checkout.git("merge", "--quiet", "--ff-only", final)
    except BaseException:
        if saved:
            checkout.answers("checkout", "--quiet", saved, "--", *sorted(in_the_way))
            checkout.answers("reset", "--quiet")
        for path in unknown:
            Path(checkout.root, f"{path}.yours").rename(Path(checkout.root, path))
        raise
    gave_way = {*(dirty & moving), *unknown} - {one.path for one in attempts}
    return safety, tuple(gave_way)


def _fits(one: Attempted, new: Catalog, aliases: Mapping[str, str]) -> tuple[Fit | None, Fit | None]:
    """Return what becomes of the attempt that is committed, and of the one that is not."""
    slug = _now(one.slug, new, aliases)
    if slug is None:
        return None, None
    stub = pristine_stub(new.exercise(slug))
    return tuple(None if text is None else fit(text, one.pristine, stub) for text in (one.committed, one.work))  # type: ignore[return-value]


def _place(one: Attempted, slug: str | None, fits: tuple[Fit | None, Fit | None], history: History) -> Placed:
    if slug is None:
        return Placed(one.slug, one.slug, Fate.RETIRED, file=_retire(history.folder, one))
    done = fits[1] or fits[0]
    assert done is not None
    if done.content is None:
        fate = Fate.SET_ASIDE
    else:
        fate = Fate.KEPT if done.content == one.latest and slug == one.slug and not done.changes else Fate.CARRIED
    return Placed(one.slug, slug, fate, done.changes)


def _retire(home: Path, one: Attempted) -> Path:
    """Write the attempt at an exercise that is gone to a file of its own, and return where it lies."""
    folder = home / "retired"
    make_data_folder(folder)
    path = folder / f"{one.slug}-{time.strftime('%Y%m%d-%H%M%S')}.py"
    write_atomically(path, one.latest)
    return path


def _now(slug: str, new: Catalog, aliases: Mapping[str, str]) -> str | None:
    return slug if slug in new.folders else aliases.get(slug)


def _retested(old: Catalog, new: Catalog, aliases: Mapping[str, str], solved: set[str]) -> set[str]:
    """Return the slugs, as they are now, of solved exercises whose tests are others than before."""
    found = set()
    for slug in solved:
        now = _now(slug, new, aliases)
        if slug not in old.folders or now is None:
            continue
        for name in _TESTS:
            before, after = old.folders[slug] / name, new.folders[now] / name
            if before.is_file() and after.is_file() and before.read_bytes() != after.read_bytes():
                found.add(now)
    return found
