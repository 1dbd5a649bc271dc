# Gives objects and exceptions whose names hold control characters, line breaks and marks that turn the text round.
# exercise: softmax
# verdict: wrong, raised
NAME = "\u202epassed\u2066\n::error::\x1b]8;;x\x07\x85\u2028"
Thing = type(NAME, (), {"__call__": lambda self, *a, **b: self})
Failure = type(NAME, (ValueError,), {})
COUNT = [0]


def softmax(x, axis=-1, keepdims=False):
    COUNT[0] += 1
    print(NAME)
    if COUNT[0] % 3 == 0:
        raise Failure(NAME)
    return [Thing(), Thing, {NAME: NAME}][COUNT[0] % 2 :] if COUNT[0] % 3 == 1 else NAME


logsumexp = log_softmax = softmax
