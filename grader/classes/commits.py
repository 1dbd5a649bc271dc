"""The commits of a hand-in: a clone or a bundle of a stranger's, read by a git that asks neither of them how.

Git is never run inside their folder. Of a clone only loose objects, packs and the name of its head are read, link by no
link, and copied into an empty repository of ours; settings, hooks, alternates, grafts, replacements and attributes stay
behind. A bundle is unpacked by a git that knows no settings but ours. Both have limits of size, memory and time.

What such a history proves is little. Names of commits are digests, so their order and contents hang together; names,
messages and times are whatever their author wrote.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.errors import UsageError
from grader.intake.folder import Intake, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_MOST_BYTES: Final = 256 << 20  # of all objects
_MOST_FILES: Final = 100_000
_MOST_COMMITS: Final = 500
_SMALL: Final = 1 << 20
_SECONDS: Final = 60
_MEMORY_KB: Final = 4 << 20
_NAME: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF: Final = re.compile(r"refs/[\w./+-]+")
_OBJECT: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38,62}|pack/pack-[0-9a-f]{40,64}\.(?:pack|idx|rev)")
_FIELDS: Final = "%H%x00%at%x00%ai%x00%ct%x00%an%x00%s"
# What git obeys besides the settings of a repository, and what it may do beyond reading objects.
_QUIET: Final = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_ALLOW_PROTOCOL": "file",
}


@dataclass(frozen=True, slots=True)
class Touched:
    """A stub that a commit changed.

    Attributes
    ----------
    added, removed : int
        Lines.
    """

    path: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit, in the words of whoever made it.

    Attributes
    ----------
    when : datetime
        When it was written, says its author's clock; with the offset from UTC that it had.
    recorded : datetime
        When it was made into what it is now: later than `when` where it was amended or rebased, UTC.
    touched : tuple of Touched
        Python files below `exercises/`, or of a flat hand-in.
    others : int
        How many other files it changed.
    """

    name: str
    when: datetime
    recorded: datetime
    author: str
    subject: str
    touched: tuple[Touched, ...]
    others: int = 0


@dataclass(frozen=True, slots=True)
class Commits:
    """The history of a hand-in.

    Attributes
    ----------
    listed : tuple of Commit
        From the first to the last, parents before children; of a long history the last ones.
    total : int
        How many there are.
    files : tuple of (str, str)
        Path and digest of each file that was asked for, as the last commit holds it.
    """

    listed: tuple[Commit, ...]
    total: int
    files: tuple[tuple[str, str], ...] = ()

    @property
    def span(self) -> timedelta:
        """From the earliest to the latest time that the listed commits claim."""
        times = [one.when for one in self.listed]
        return max(times) - min(times) if times else timedelta()


def read_commits(place: Path, paths: Collection[str] = ()) -> Commits:
    """Return the commits that lead to the head of a clone or a bundle.

    Parameters
    ----------
    place : Path
        A folder with `.git` in it, a bare repository, or a file that `git bundle create FILE HEAD` made.
    paths : collection of str
        Files to say of what the last commit holds of them.

    Raises
    ------
    UsageError
        When there is none, or it cannot be read within the limits.
    """
    with tempfile.TemporaryDirectory(prefix="kata-commits-") as folder:
        ours = Path(folder, "repository")
        if place.is_dir() and not place.is_symlink():
            head = _copied(place, ours)
        elif place.is_file() and not place.is_symlink():
            head = _unbundled(place, ours)
        else:
            raise UsageError(
                f"{place} is no clone and no bundle.", "Name a folder with .git in it, or a file of `git bundle`."
            )
        if not head:
            return Commits((), 0)
        total = int(_git(place, ours, "rev-list", "--count", "--end-of-options", head))
        return Commits(tuple(_listed(place, ours, head)), total, tuple(_files(place, ours, head, paths)))


def _listed(place: Path, ours: Path, head: str) -> Iterator[Commit]:
    """Yield commits, oldest first, with the lines of stubs that each changed."""
    mark = secrets.token_hex(16)  # what an author writes cannot begin an entry
    told = _git(
        place, ours, "log", f"-n{_MOST_COMMITS}", "--topo-order", "--reverse", f"--format={mark}{_FIELDS}", "--numstat", "-z",
        "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--no-show-signature", "--no-mailmap",
        "--end-of-options", head,
    )  # fmt: skip
    for entry in told.split(mark)[1:]:
        name, when, zoned, recorded, author, subject, *rows = entry.split("\0")
        changed = [row.strip("\n").split("\t", 2) for row in rows if row.strip("\n")]
        stubs = [Touched(path, _number(added), _number(removed)) for added, removed, path in changed if _is_stub(path)]
        yield Commit(
            name=name,
            when=_moment(when, zoned.rpartition(" ")[2]),
            recorded=_moment(recorded, "+0000"),
            author=author,
            subject=subject,
            touched=tuple(stubs),
            others=len(changed) - len(stubs),
        )


def _is_stub(path: str) -> bool:
    return path.endswith(".py") and (path.startswith("exercises/") or "/" not in path)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _moment(seconds: str, offset: str) -> datetime:
    """Return a time; one that no calendar has is that of the epoch, which stands out."""
    found = re.fullmatch(r"([+-])(\d{2})(\d{2})", offset)
    minutes = (int(found[2]) * 60 + int(found[3])) * (-1 if found[1] == "-" else 1) if found else 0
    zone = timezone(timedelta(minutes=minutes)) if abs(minutes) < 24 * 60 else timezone.utc  # noqa: UP017
    try:
        return datetime.fromtimestamp(int(seconds), zone)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, zone)


def _files(place: Path, ours: Path, head: str, paths: Collection[str]) -> Iterator[tuple[str, str]]:
    told = _git(place, ours, "ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", head)
    for row in told.split("\0"):
        meta, tab, path = row.partition("\t")
        if not tab or path not in paths:
            continue
        _, kind, name, size = meta.split()
        if kind == "blob" and _number(size) <= _SMALL:
            yield path, digest_of(_raw(place, ours, "cat-file", "blob", name))


def digest_of(data: bytes) -> str:
    """Return a digest of a text that does not change with its line ends."""
    return hashlib.sha256(data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")).hexdigest()


def _copied(place: Path, ours: Path) -> str:
    """Copy the objects of a clone into a repository of ours, and return the commit that its head names."""
    with Intake(place) as intake:
        inside = ".git/" if (place / ".git").is_dir() and not (place / ".git").is_symlink() else ""
        head = _head(place, intake, inside)
        if not head:
            return ""
        _begin(place, ours, "sha256" if len(head) == 64 else "sha1")
        left, files = _MOST_BYTES, 0
        for path, mode in intake.everything():
            name = path.removeprefix(f"{inside}objects/")
            if not mode or name == path or not _OBJECT.fullmatch(name):
                continue
            try:
                data = intake.read(path, left)
            except UnreadableFile as error:
                raise UsageError(
                    f"{place}: {path} {error}.", "Ask for a bundle: `git bundle create work.bundle HEAD`."
                ) from None
            left, files = left - len(data), files + 1
            if files > _MOST_FILES:
                raise UsageError(
                    f"{place} holds more than {_MOST_FILES:,} objects.", "Ask for a bundle of this task alone."
                )
            target = ours / "objects" / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
    return head


def _head(place: Path, intake: Intake, inside: str) -> str:
    """Return the commit of a clone's head; empty where nothing was committed."""
    told = _small(intake, f"{inside}HEAD")
    if told is None:
        raise UsageError(
            f"{place} is no clone: it has no .git folder of its own.", "Name the clone, or a file of `git bundle`."
        )
    if _NAME.fullmatch(told):
        return told
    ref = told.removeprefix("ref: ")
    if not _REF.fullmatch(ref) or ".." in ref:
        raise UsageError(f"{place}: its HEAD names no branch and no commit.", "Ask for a bundle instead.")
    found = _small(intake, f"{inside}{ref}")
    if found is None:
        rows = [row.split() for row in (_small(intake, f"{inside}packed-refs") or "").splitlines()]
        found = next((row[0] for row in rows if len(row) == 2 and row[1] == ref), "")
    if found and not _NAME.fullmatch(found):
        raise UsageError(f"{place}: {ref} names no commit.", "Ask for a bundle instead.")
    return found


def _small(intake: Intake, path: str) -> str | None:
    try:
        return intake.read(path, _SMALL).decode("utf-8", "replace").strip()
    except UnreadableFile:
        return None


def _unbundled(place: Path, ours: Path) -> str:
    """Unpack a bundle into a repository of ours, and return the commit of its head, or of its only branch."""
    if place.stat().st_size > _MOST_BYTES:
        raise UsageError(f"{place} has more than {_MOST_BYTES:,} bytes.", "Ask for a bundle of this task alone.")
    with place.open("rb") as file:
        start = file.read(_SMALL)
    _begin(place, ours, "sha256" if b"object-format=sha256" in start.partition(b"\n\n")[0] else "sha1")
    told = _git(place, ours, "bundle", "unbundle", str(place.absolute()))
    heads = {name: commit for commit, _, name in (row.partition(" ") for row in told.splitlines())}
    found = heads.get("HEAD") or next(iter(heads.values()), "")
    if not _NAME.fullmatch(found):
        raise UsageError(f"{place} names no commit.", "Make it with `git bundle create work.bundle HEAD`.")
    return _git(place, ours, "rev-parse", "--verify", "--end-of-options", f"{found}^{{commit}}").strip()


def _begin(place: Path, ours: Path, form: str) -> None:
    command = ["git", "init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(ours)]
    _run(place, command, _environment())


def _git(place: Path, ours: Path, *arguments: str) -> str:
    return _raw(place, ours, *arguments).decode("utf-8", "replace")


def _raw(place: Path, ours: Path, *arguments: str) -> bytes:
    settings = (
        "-c",
        "core.pager=cat",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "gc.auto=0",
        "-c",
        "transfer.fsckObjects=false",
    )
    return _run(place, ["git", "--git-dir", str(ours), *settings, *arguments], _environment())


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), **_QUIET}


def _run(place: Path, command: Sequence[str], environment: dict[str, str]) -> bytes:
    limited = [*command]
    if sys.platform != "win32":  # a pack may claim to hold anything
        limited = ["sh", "-c", f'ulimit -v {_MEMORY_KB} -t {_SECONDS} 2>/dev/null; exec "$@"', "sh", *command]
    try:
        done = subprocess.run(
            limited, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10 * _SECONDS
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"{place}: its history cannot be read in time.", "Ask for a bundle of this task alone."
        ) from None
    except OSError as error:
        raise UsageError(f"git cannot be run ({error.strerror}).", "Install git, or leave the commits out.") from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"git ended with {done.returncode}"]
        raise UsageError(f"{place}: its history cannot be read ({told[-1][:200]}).", "Ask for it anew.")
    return done.stdout
