"""What hidden tests import: comparisons that teach, measurements against the reference, remote verbs."""

from grader.testing.compare import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_shape,
    assert_that,
    assert_type,
)
from grader.testing.gradient import assert_gradients, gradients
from grader.testing.measure import growth, memory, speed
from grader.testing.raising import assert_raises
from grader.testing.remote import expose, fetch, printed, put, take

__all__ = [
    "assert_close",
    "assert_dtype",
    "assert_equal",
    "assert_gradients",
    "assert_raises",
    "assert_shape",
    "assert_that",
    "assert_type",
    "expose",
    "fetch",
    "gradients",
    "growth",
    "memory",
    "printed",
    "put",
    "speed",
    "take",
]
