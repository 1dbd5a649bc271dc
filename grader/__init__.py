"""Grader of mlkata: hidden tests in one process, the submission in another."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  a checkout can be run without pip, which would have refused
    sys.stderr.write(
        f"kata: mlkata needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).\n"
        "Make a virtual environment with a newer one, such as `python3.11 -m venv .venv`.\n"
    )
    raise SystemExit(2)


def load_ipython_extension(shell: object) -> None:
    """Give a notebook `%%kata grade SLUG` and `%kata run|hint|show SLUG`; what `%load_ext grader` calls."""
    from grader.cli.magics import register

    register(shell)
