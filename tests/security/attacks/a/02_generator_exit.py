# Raises GeneratorExit, which is no Exception.
# exercise: softmax
# verdict: raised
def softmax(x, axis=-1, keepdims=False):
    raise GeneratorExit


logsumexp = log_softmax = softmax
