# Raises an exception whose text, name and attributes raise in turn.
# exercise: softmax
# verdict: raised
class Hostile(Exception):
    """Cannot be looked at."""

    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise SystemExit(0)

    @property
    def args(self):
        raise SystemExit(0)


def softmax(x, axis=-1, keepdims=False):
    raise Hostile


logsumexp = log_softmax = softmax
