"""Measure what a worker runs: `nox -s coverage` puts this folder on the workers' path.

A confined worker can write nowhere but to its scratch folder, so that is where its data goes when the host hangs up;
`tests/worker_coverage.py` has every worker given one, and fetches the data before it lets the worker be killed.
"""

import os
import sqlite3  # noqa: F401 - coverage imports it late, behind the walls
import sys

import coverage

from grader.worker import life

_live = life.live


def live(sock, settings, ground, scratch):
    """Serve as always, measured."""
    measured = coverage.Coverage(
        data_file=None, branch=True, source=[os.path.dirname(os.path.dirname(life.__file__))], config_file=False
    )
    measured.start()
    try:
        _live(sock, settings, ground, scratch)
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__  # a warning must not go to the host, which is gone
        measured.stop()
        with open("coverage.bin", "wb") as file:
            file.write(measured.get_data().dumps())


life.live = live
