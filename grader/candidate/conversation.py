"""What a proxy needs of the conversation with a worker; `session` holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from grader.candidate.describe import Call
    from grader.candidate.failure import SubmissionFailed
    from grader.worker.message import Verb


class Conversation(Protocol):
    """Requests to one submission, whichever worker runs it."""

    @property
    def name(self) -> str:
        """Name of the submission."""

    def request(self, verb: Verb, call: Call, *values: Any) -> Any:
        """Ask the worker for something and wait for the answer."""

    def release(self, generation: int, identifier: int) -> None:
        """Note that a remote object is no longer needed."""

    def is_method(self, type_name: str, name: str) -> bool:
        """Whether an attribute is known to be a method."""

    def learn_method(self, type_name: str, name: str) -> None:
        """Remember that an attribute is a method."""

    def violation(self, message: str) -> SubmissionFailed:
        """End the worker for breaking the protocol, and return the failure to raise."""
