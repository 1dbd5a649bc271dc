# Raises exceptions whose names and texts are terminal codes, markup and megabytes.
# exercise: softmax
# verdict: raised
TEXT = "\x1b[2J\x1b]0;owned\x07\r::error file=x::y\n<script>alert(1)</script>\x00\u202e" + "A" * 10_000_000


def softmax(x, axis=-1, keepdims=False):
    raise type("\x1b[2J\x1b[31mSkipped", (ValueError,), {"__module__": "_pytest.outcomes"})(TEXT)


logsumexp = log_softmax = softmax
