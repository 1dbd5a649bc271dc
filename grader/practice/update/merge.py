"""Two histories made one in a folder beside the learner's: content is upstream's where both changed it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.practice.update.checkout import Checkout


def without_attempts(checkout: Checkout, base: str, stubs: Iterable[str]) -> str:
    """Return a commit like HEAD whose stubs are those of an older commit, so that no attempt can conflict.

    Parameters
    ----------
    checkout : Checkout
        The learner's.
    base : str
        Where the learner's history and upstream's part.
    stubs : iterable of str
        Paths of stubs that the learner committed changes to.
    """
    with tempfile.TemporaryDirectory(prefix="kata-index-") as folder:
        index = Path(folder, "index")
        checkout.git("read-tree", "HEAD", index=index)
        for path in stubs:
            entry = checkout.git("ls-tree", base, "--", path).split()
            if entry:
                checkout.git("update-index", "--add", "--cacheinfo", f"{entry[0]},{entry[2]},{path}", index=index)
        tree = checkout.git("write-tree", index=index)
    return checkout.git("commit-tree", tree, "-p", "HEAD", "-m", "Attempts taken out for an update")


def merge(place: Checkout, theirs: str) -> None:
    """Merge a commit into a temporary checkout and leave the result in its index and files, without a conflict.

    Where both sides changed the same lines, theirs count; a file that one side deleted and the other changed is
    there where they have it.
    """
    if not place.answers("merge", "--quiet", "--no-commit", "--no-ff", "-X", "theirs", theirs):
        for path in place.paths("diff", "--name-only", "--diff-filter=U", "-z"):
            if place.answers("cat-file", "-e", f"{theirs}:{path}"):
                place.git("checkout", theirs, "--", path)
            else:
                place.git("rm", "--quiet", "--force", "--cached", "--", path)
                Path(place.root, path).unlink(missing_ok=True)
        place.git("write-tree")  # says what is left, if anything


def overridden(checkout: Checkout, base: str, theirs: str, tree: str, stubs: Iterable[str]) -> tuple[str, ...]:
    """Return files other than stubs that the learner changed and that are now as upstream has them."""
    mine = checkout.paths("diff", "--name-only", "--no-renames", "-z", base, "HEAD")
    both = mine & checkout.paths("diff", "--name-only", "--no-renames", "-z", base, theirs)
    lost = checkout.paths("diff", "--name-only", "--no-renames", "-z", "HEAD", tree)
    same = both - checkout.paths("diff", "--name-only", "--no-renames", "-z", theirs, tree)
    return tuple(sorted((same & lost) - set(stubs)))
