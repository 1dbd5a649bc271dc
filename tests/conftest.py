"""Set-up of the whole test run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

if "KATA_WORKER_COVERAGE" in os.environ:  # set by `nox -s coverage`
    from tests.support.worker_coverage import measure_workers

    measure_workers(Path(os.environ["KATA_WORKER_COVERAGE"]))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a program which is not here; in CI, which installs them all, let it fail."""
    for marker in item.iter_markers("needs"):
        if not any(map(shutil.which, marker.args)):
            reason = f"there is no {' or '.join(marker.args)} on this machine"
            if os.environ.get("CI"):
                pytest.fail(f"{reason}, and in CI nothing is skipped: .ci/run installs what tests need", pytrace=False)
            pytest.skip(reason)
