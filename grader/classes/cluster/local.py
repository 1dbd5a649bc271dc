"""A cluster within this process, to try one out or to use the cores of one machine."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import dask
from distributed import LocalCluster

from grader.classes.cluster.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classes.job import Settings

_ANY_PORT: Final = "127.0.0.1:0"


@contextmanager
def local_crew(settings: Settings, workers: int) -> Iterator[Crew]:
    """Start a scheduler and workers within this process, and stop them at the end.

    No port is opened on which one could talk to them: they speak through memory.  What grades are processes of their own.

    Parameters
    ----------
    settings : Settings
        How to grade.
    workers : int
        How many, each for one row at a time.
    """
    # Dask opens a port for each page of figures whatever it is asked; so these are on loopback, and without a page.
    quiet: dict[str, list[Any]] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
    with (
        dask.config.set(quiet),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=False,
            dashboard_address=_ANY_PORT,
            worker_dashboard_address=_ANY_PORT,
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.ERROR,
        ) as cluster,
        Crew(cluster.scheduler_address, settings) as crew,
    ):
        yield crew
