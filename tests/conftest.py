"""Set-up of the whole test run."""

from __future__ import annotations

import os
from pathlib import Path

if "KATA_WORKER_COVERAGE" in os.environ:  # set by `nox -s coverage`
    from tests.support.worker_coverage import measure_workers

    measure_workers(Path(os.environ["KATA_WORKER_COVERAGE"]))
