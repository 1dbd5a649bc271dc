"""`nox -s fuzz`: a coverage-guided fuzzer plays the worker.

Any exception that is not a verdict, and any answer that is not plain data, stops it and keeps the input.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["grader.worker", "grader.candidate"]):
    from tests.support.hostile_worker import Listener, frame, real_messages

LISTENER = Listener()


def one(data: bytes) -> None:
    """Answer a question with some bytes."""
    verdict, _ = LISTENER.ask(data)
    assert verdict in {"value", "protocol", "crashed", "raised", "wrong", "invalid", "not_started", "out_of_memory"}


if __name__ == "__main__":
    corpus = Path(sys.argv[-1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, (message, blobs) in enumerate(real_messages()):
        (corpus / f"real{number}").write_bytes(frame(message, blobs, sum(map(len, blobs))))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
