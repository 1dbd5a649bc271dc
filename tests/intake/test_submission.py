"""Reading attempts: what is accepted, and what each refusal says."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from grader.errors import SubmissionUnreadable
from grader.intake.submission import MAX_BYTES, read_submission, submission_from_text


def written(folder: Path, data: bytes) -> Path:
    """Write an attempt."""
    path = folder / "attempt.py"
    path.write_bytes(data)
    return path


def test_an_attempt_keeps_its_text_digest_and_path(tmp_path: Path) -> None:
    """The digest is of the bytes; the name is the file's stem unless given."""
    data = "x = 'é'\r\n".encode()
    path = written(tmp_path, data)
    submission = read_submission(path)

    assert "x = 'é'\r\n" == submission.source
    assert hashlib.sha256(data).hexdigest() == submission.sha256
    assert path == submission.path
    assert "attempt" == submission.name
    assert "iou" == read_submission(path, "iou").name


def test_an_empty_file_is_legal(tmp_path: Path) -> None:
    """Nothing is an attempt too; the judge says what it is worth."""
    assert "" == read_submission(written(tmp_path, b"")).source


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/usr/bin/python\n# coding: cp1252\nx = '\x80'\n", "#!/usr/bin/python\n# coding: cp1252\nx = '€'\n"),
        (b"# encoding a list\nx = 1\n", "# encoding a list\nx = 1\n"),
    ],
)
def test_declared_encodings_are_honoured(tmp_path: Path, data: bytes, source: str) -> None:
    """A byte-order mark or a PEP 263 line decodes as Python would."""
    assert source == read_submission(written(tmp_path, data)).source


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = 1\ny = '\xff'\n", "line 2 is not valid utf-8. Save the file as UTF-8."),
        (b"# coding: punycode\nx = 1\n", "the encoding that its first lines declare cannot be read"),
        (b"# coding: nonsense\nx = 1\n", "the encoding that its first lines declare cannot be read"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "the encoding that its first lines declare cannot be read"),
        (b"x = 1\n\0", "line 2 holds a NUL byte"),
        ("x = 1".encode("utf-16"), "holds a NUL byte"),
        (b"#" * (MAX_BYTES + 1), "has 1,048,577 bytes; at most 1,048,576 are graded"),
    ],
)
def test_what_is_no_python_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """Each refusal is one line that names the file and the remedy."""
    path = written(tmp_path, data)

    with pytest.raises(SubmissionUnreadable) as caught:
        read_submission(path)

    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
    assert caught.value.remedy


def test_the_greatest_size_is_accepted(tmp_path: Path) -> None:
    """Exactly 1 MiB is read."""
    assert MAX_BYTES == len(read_submission(written(tmp_path, b"#" * MAX_BYTES)).source)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A path to nothing, or through a file, is a sentence."""
    with pytest.raises(SubmissionUnreadable, match="does not exist"):
        read_submission(tmp_path / "none.py")
    with pytest.raises(SubmissionUnreadable, match="does not exist"):
        read_submission(written(tmp_path, b"") / "none.py")


def test_a_folder_is_told(tmp_path: Path) -> None:
    """A folder is not an attempt."""
    with pytest.raises(SubmissionUnreadable, match=r"is a folder\. Name the Python file"):
        read_submission(tmp_path)


def test_a_link_that_loops_is_told(tmp_path: Path) -> None:
    """A link to itself is named as such."""
    (tmp_path / "a.py").symlink_to(tmp_path / "b.py")
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")

    with pytest.raises(SubmissionUnreadable, match="leads back to itself"):
        read_submission(tmp_path / "a.py")


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    """A link to an attempt is as good as the attempt."""
    link = tmp_path / "link.py"
    link.symlink_to(written(tmp_path, b"x = 1\n"))

    assert "x = 1\n" == read_submission(link).source


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    """Nobody writes to the pipe, and still the answer comes at once."""
    os.mkfifo(tmp_path / "pipe.py")

    with pytest.raises(SubmissionUnreadable, match="is a pipe, not a file"):
        read_submission(tmp_path / "pipe.py")


def test_devices_and_sockets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless device and a socket are no attempts."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SubmissionUnreadable, match="is a device"):
        read_submission(Path("/dev/zero"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.py")
        with pytest.raises(SubmissionUnreadable, match="is a socket"):
            read_submission(Path("s.py"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_missing_permission_is_told(tmp_path: Path) -> None:
    """A file that may not be read gets a remedy."""
    path = written(tmp_path, b"")
    path.chmod(0)

    with pytest.raises(SubmissionUnreadable, match="may not be read"):
        read_submission(path)


def test_text_becomes_a_submission() -> None:
    """Text that is at hand needs no file; it obeys the same rules."""
    submission = submission_from_text("row 3", "x = 1\n")

    assert ("row 3", "x = 1\n", None) == (submission.name, submission.source, submission.path)
    assert hashlib.sha256(b"x = 1\n").hexdigest() == submission.sha256
    for text in ("\0", "\ud800", "#" * (MAX_BYTES + 1)):
        with pytest.raises(SubmissionUnreadable, match="row 3"):
            submission_from_text("row 3", text)


def test_reading_a_submission_never_runs_it(tmp_path: Path) -> None:
    """The host reads an attempt as text."""
    path = tmp_path / "attempt.py"
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    read_submission(path)

    assert not (tmp_path / "ran").exists()
