"""Zygotes that several hosts get from one process, which imported their backend once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from grader.model import Backend, ConfinementMode, Limits, StartMethod
from grader.sandbox import Nursery, Sandbox
from tests.support.crowd import await_event, is_running, parent

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked from a zygote on Linux only")


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """A nursery for numpy."""
    with Nursery([Backend.NUMPY]) as made:
        yield made


def _sandbox(nursery: Nursery) -> Sandbox:
    return Sandbox(ConfinementMode.AUTO, StartMethod.FORK, nursery=nursery)


def _started(box: Sandbox, backend: Backend = Backend.NUMPY) -> int:
    return box.start(backend, Limits()).pid


def test_two_hosts_have_a_zygote_each_of_one_import(nursery: Nursery) -> None:
    """The workers of two sandboxes have different zygotes, which were forked from the same process."""
    with _sandbox(nursery) as one, _sandbox(nursery) as other:
        zygotes = [parent(_started(box)) for box in (one, other)]

        assert zygotes[0] != zygotes[1]
        assert parent(zygotes[0]) == parent(zygotes[1]) != os.getpid()


def test_a_sandbox_that_closes_leaves_the_others_alone(nursery: Nursery) -> None:
    """Its own workers and its zygote end; those of the other sandbox live on and can be joined by more."""
    with _sandbox(nursery) as stays:
        kept = _started(stays)
        with _sandbox(nursery) as goes:
            lost = _started(goes)
            zygote = parent(lost)
        await_event(lambda: not is_running(lost) and not is_running(zygote))

        assert is_running(kept)
        assert is_running(_started(stays))


def test_a_backend_that_was_not_foreseen_is_imported_by_a_zygote_of_its_own(nursery: Nursery) -> None:
    """A sandbox gives workers of other backends than its nursery has."""
    with _sandbox(nursery) as box:
        assert parent(parent(_started(box, Backend.PYTHON))) == os.getpid()


def test_a_nursery_that_is_killed_costs_nobody_a_worker(nursery: Nursery) -> None:
    """Whoever has a zygote keeps it, whoever wants one starts it, and whoever was promised one starts it at the second try."""
    with _sandbox(nursery) as early, _sandbox(nursery) as late:
        mother = parent(parent(_started(early)))
        os.kill(mother, signal.SIGSTOP)
        late.warm(Backend.NUMPY)
        os.kill(mother, signal.SIGKILL)

        assert is_running(_started(early))
        assert is_running(_started(late))
        with _sandbox(nursery) as new:
            assert is_running(_started(new))


def test_a_killed_zygote_is_replaced(nursery: Nursery) -> None:
    """The next worker has another zygote, which the nursery gives."""
    with _sandbox(nursery) as box:
        zygote = parent(_started(box))
        mother = parent(zygote)
        os.kill(zygote, signal.SIGKILL)
        replaced = parent(_started(box))

        assert replaced != zygote
        assert parent(replaced) == mother


def test_a_nursery_leaves_no_process() -> None:
    """When the nursery and its last sandbox are gone, so is all that came of it, in whichever order they go."""
    with contextlib.ExitStack() as outer:
        with Nursery([Backend.NUMPY]) as nursery:
            box = outer.enter_context(_sandbox(nursery))
            worker = _started(box)
            zygote = parent(worker)
            mother = parent(zygote)
        assert is_running(_started(box))

    await_event(lambda: not any(map(is_running, (worker, zygote, mother))))
