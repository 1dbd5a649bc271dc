"""A learner's own checkout, and what git says of it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.upstream import address_of, declared_upstream, is_placeholder
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNDER_WAY: Final = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
}
# What we do between two states of the learner's is no commit of theirs: no hook and no key of theirs is asked.
_OURS: Final = ("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "merge.directoryRenames=false")
_IDENTITY: Final = ("-c", "user.name=kata", "-c", "user.email=kata@localhost")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A git working tree at its root."""

    root: Path

    def git(self, *arguments: str, index: Path | None = None) -> str:
        """Return what a git command prints, without the line feed at its end.

        Raises
        ------
        UsageError
            When git cannot be run or refuses.
        """
        done = self._run(arguments, index)
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise UsageError(f"`git {arguments[0]}` failed in {self.root}: {'; '.join(told[:3]) or 'without a word'}.",
                             "Mend that, then run `kata update` again; nothing of yours was changed.")  # fmt: skip
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def answers(self, *arguments: str) -> bool:
        """Tell whether a git command succeeds."""
        return self._run(arguments, None).returncode == 0

    def paths(self, *arguments: str) -> set[str]:
        """Return the paths that a git command lists with `-z`."""
        return {path for path in self.git(*arguments).split("\0") if path}

    def blob(self, commit: str, path: str) -> bytes | None:
        """Return a file as it is in a commit; None where it is not."""
        done = self._run(("cat-file", "blob", f"{commit}:{path}"), None)
        return done.stdout if done.returncode == 0 else None

    def expect_quiet(self) -> None:
        """Refuse a folder that is no checkout, and one where a merge or the like is under way.

        Raises
        ------
        UsageError
            In both cases.
        """
        if (
            not self.answers("rev-parse", "--verify", "--quiet", "HEAD")
            or Path(self.git("rev-parse", "--show-toplevel")).resolve() != self.root.resolve()
        ):
            raise UsageError(f"{self.root} is not the root of a git checkout.", "Clone the repository, and work there.")
        for name, what in _UNDER_WAY.items():
            if Path(self.root, self.git("rev-parse", "--git-path", name)).exists():
                raise UsageError(
                    f"A {what} is under way in {self.root}.", f"Finish it, or undo it with `git {what} --abort`."
                )

    def source(self) -> str:
        """Return where updates come from: the remote `upstream`, `[tool.kata] upstream`, or the remote `origin`.

        A placeholder says nothing: whoever registered that name would hand out hidden tests.

        Raises
        ------
        UsageError
            When there is none of them.
        """
        remotes = set(self.git("remote").split())
        name = declared_upstream(self.root)
        declared = "" if is_placeholder(name) else address_of(name)
        found = "upstream" if "upstream" in remotes else declared or ("origin" if "origin" in remotes else "")
        if not found:
            raise UsageError(
                "This checkout does not say where it comes from.", "Give --from with the address of the repository."
            )
        return found

    def fetch(self, source: str, ref: str) -> str:
        """Fetch a reference, and return its commit."""
        self.git("fetch", "--quiet", "--no-tags", "--", source, ref)
        return self.git("rev-parse", "FETCH_HEAD^{commit}")

    def base(self, one: str, other: str) -> str:
        """Return the commit where two part.

        Raises
        ------
        UsageError
            When they have none in common.
        """
        if not self.answers("merge-base", one, other):
            raise UsageError(
                "What was fetched has no commit in common with this checkout.",
                "Name the repository that it was cloned from with --from; a shallow clone needs `git fetch --unshallow`.",
            )
        return self.git("merge-base", one, other)

    @contextmanager
    def beside(self, commit: str) -> Iterator[Checkout]:
        """Check a commit out in a temporary folder; what is done there touches no file of the learner's."""
        with tempfile.TemporaryDirectory(prefix="kata-update-") as folder:
            place = Path(folder, "tree")
            self.git("worktree", "add", "--quiet", "--detach", str(place), commit)
            try:
                yield Checkout(place)
            finally:
                self.git("worktree", "remove", "--force", str(place))

    def _run(self, arguments: tuple[str, ...], index: Path | None) -> subprocess.CompletedProcess[bytes]:
        environment: Mapping[str, str] = os.environ | {"LC_ALL": "C", "GIT_EDITOR": ":", "GIT_TERMINAL_PROMPT": "0"}
        if index is not None:
            environment = {**environment, "GIT_INDEX_FILE": str(index)}
        commits = arguments[0] in {"commit-tree", "merge", "stash"}
        identity = _IDENTITY if commits and not self._knows_who(environment) else ()
        command = ["git", "-C", str(self.root), *_OURS, *identity, *arguments]
        try:
            return subprocess.run(command, capture_output=True, check=False, env=environment, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise UsageError(f"git cannot be run ({error.strerror}).", "Install git.") from None

    def _knows_who(self, environment: Mapping[str, str]) -> bool:
        command = ["git", "-C", str(self.root), "var", "GIT_COMMITTER_IDENT"]
        try:
            return subprocess.run(command, capture_output=True, check=False, env=environment).returncode == 0
        except OSError:
            return False
