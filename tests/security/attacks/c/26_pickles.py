# Returns objects whose pickles would run code in the grader.
# exercise: softmax
# verdict: wrong
import os


class Bomb:
    """Runs a command wherever it is unpickled."""

    def __reduce__(self):
        return os.system, ("touch @CHECKOUT@/owned",)

    def __reduce_ex__(self, protocol):
        return self.__reduce__()

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")


def softmax(x, axis=-1, keepdims=False):
    return Bomb()


logsumexp = log_softmax = softmax
