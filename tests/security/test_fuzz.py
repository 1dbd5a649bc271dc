"""A hostile worker gets a verdict: whatever it sends, the host neither crashes, hangs nor allocates beyond its caps."""

from __future__ import annotations

import random
import resource
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.candidate.proxy import RemoteObject
from grader.worker.message import Kind
from tests.support.hostile_worker import NUMBER, Listener, frame, mutated, real_messages

MUTATIONS: Final = 100_000
PARTS: Final = 10
ENDS: Final = {"value", "protocol", "crashed", "raised", "wrong", "invalid", "not_started", "out_of_memory"}
PLAIN: Final = (
    type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, slice, range, type(...),
    np.ndarray, np.generic, np.dtype, RemoteObject,
)  # fmt: skip


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_frames_get_a_verdict(part: int) -> None:
    """A hundred thousand mutations of real frames each end in plain data or in a verdict, within bounded memory."""
    rng = random.Random(part)
    listener, real = Listener(), list(real_messages())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ends = dict.fromkeys(ENDS, 0)
    for _ in range(MUTATIONS // PARTS):
        verdict, value = listener.ask(mutated(rng, *rng.choice(real)))
        ends[verdict] += 1

        assert verdict != "value" or isinstance(value, PLAIN)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    assert ends["protocol"] > MUTATIONS // PARTS // 4
    assert ends["value"] > 0


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400))
def test_noise_gets_a_verdict(noise: bytes) -> None:
    """Any bytes at all are a violation, or an end of the connection."""
    assert Listener().ask(noise)[0] in {"protocol", "crashed"}


HONEST: Final = frame([int(Kind.VALUE), NUMBER, 1.0, False, 1])
OTHER: Final = frame([int(Kind.VALUE), NUMBER + 1, 1.0, False, 1])


@pytest.mark.parametrize(
    ("sent", "verdict"),
    [
        (HONEST, "value"),
        (HONEST + HONEST, "value"),
        (OTHER + HONEST, "protocol"),
        (frame([int(Kind.OUTPUT), "print"]) * 3 + HONEST, "value"),
        (frame([int(Kind.OUTPUT), 7]), "protocol"),
        (frame([int(Kind.READY), 7, True, True, []]), "protocol"),
        (frame([int(Kind.CALLBACK), NUMBER, 0, "", [], {2: [[], []]}]), "protocol"),
        (frame([int(Kind.CALLBACK), NUMBER, -1, "__class__", [], {2: [[], []]}]), "protocol"),
        (frame([int(Kind.ERROR), NUMBER, 0, "X", ["Exception"], "\x1b[2J", 2**62, ""]), "raised"),
        (frame([int(Kind.ERROR), NUMBER, 0, "X", "Exception", "text", 1, ""]), "protocol"),
        (frame([True, NUMBER, 1.0, False, 1]), "protocol"),
        (frame([int(Kind.VALUE), float(NUMBER), 1.0, False, 1]), "protocol"),
        (frame([int(Kind.VALUE), NUMBER, 1.0, 1, 1]), "protocol"),
        (frame([int(Kind.VALUE), NUMBER, {7: ["<f8", 0, 2]}, False, 1], [bytes(8)], 8), "protocol"),
        (frame([int(Kind.VALUE), NUMBER, 1.0, False, 1], [bytes(16)], 16), "protocol"),
        (HONEST[:-1], "crashed"),
        (b"", "crashed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_order_and_form_of_messages(sent: bytes, verdict: str) -> None:
    """Answers that come twice, too early, out of order or in another form are told from honest ones."""
    assert Listener().ask(sent)[0] == verdict


@pytest.mark.parametrize("depth", [60, 1_000, 100_000])
def test_depth_is_bounded(depth: int) -> None:
    """An answer that is nested too deep is a violation, not a crash of the host."""
    value: Any = None
    for _ in range(min(depth, 900)):
        value = [value]
    if depth <= 900:
        sent = frame([int(Kind.VALUE), NUMBER, value, False, 1])
    else:
        structure = b"\x95\x01\xcf" + NUMBER.to_bytes(8, "big") + b"\x91" * depth + b"\xc0\xc2\x01"
        sent = len(structure).to_bytes(4, "little") + bytes(8) + structure + bytes(-len(structure) % 16)

    assert Listener().ask(sent)[0] == "protocol"
