"""The submission as tests see it: a proxy, the session behind it and the words for what went wrong."""

from grader.candidate.failure import SubmissionFailed
from grader.candidate.proxy import Candidate, Exposed, RemoteObject
from grader.candidate.session import Session, session_of
from grader.candidate.usage import Usage

__all__ = ["Candidate", "Exposed", "RemoteObject", "Session", "SubmissionFailed", "Usage", "session_of"]
