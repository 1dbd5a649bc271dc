"""The `kata` command: parse, call one function, render, return an exit code."""

from __future__ import annotations

import errno
import gc
import sys
from typing import TYPE_CHECKING, NoReturn

from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
UNWRITTEN = 2


def run() -> NoReturn:
    """Run the command line of this process; the console entry point."""
    gc.set_threshold(20_000, *gc.get_threshold()[1:])  # imports make many objects and leave next to no garbage
    code = main(sys.argv[1:])
    gc.freeze()  # or Python searches all of torch for garbage before it ends, for longer than a grade takes
    sys.exit(code)


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str
        What follows `kata` on the command line.

    Returns
    -------
    int
        0 passed, 1 judged and not passed, 2 usage error or broken exercise, 3 grader fault, 130 interrupted, 143 ended.
    """
    from grader.cli.console import ensure_streams

    ensure_streams()
    try:
        code = _command(arguments)
    except GraderError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted.", INTERRUPTED)
    except BrokenPipeError:
        code = 0
    except OSError as error:
        return _unwritable(error)
    except Exception as error:  # noqa: BLE001  the last resort: one line and a log instead of a traceback
        from grader.cli.faults import write_fault

        return _complain(write_fault(error), 3)
    try:
        return _flush(code)
    except OSError as error:
        return _unwritable(error)


def _unwritable(error: OSError) -> int:
    """Say that the output found no place, such as on a full disk; any other error of the system is ours."""
    from grader.cli.console import mute

    if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG} or error.filename is not None:
        from grader.cli.faults import write_fault

        return _complain(write_fault(error), 3)
    mute()
    return _complain(f"the output cannot be written ({error.strerror}).", UNWRITTEN)


def _command(arguments: Sequence[str]) -> int:
    import click

    from grader.cli.app import app

    try:
        code = app.main(list(arguments), prog_name="kata", standalone_mode=False)
    except click.Abort:  # what click makes of Ctrl-C
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        sentence = error.format_message().splitlines()[0].rstrip(".")
        raise UsageError(f"{sentence}.", f"See `{context.command_path if context else 'kata'} --help`.") from None
    return code if isinstance(code, int) else 0


def _complain(line: str, code: int) -> int:
    from grader.cli.console import warn

    _flush(code)
    warn(line)
    return code


def _flush(code: int) -> int:
    from grader.cli.console import flush

    flush()
    return code
