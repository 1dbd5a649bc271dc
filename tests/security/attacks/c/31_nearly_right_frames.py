# Answers with frames of which all but one part is right.
# exercise: softmax
# verdict: protocol, wrong
import gc

SERVER = next(o for o in gc.get_objects() if type(o).__name__ == "Server")
COUNT = [0]


def softmax(x, axis=-1, keepdims=False):
    COUNT[0] += 1
    r = SERVER._request
    forms = [
        [1, r, 1.0, False],
        [True, r, 1.0, False, 1],
        [1, float(r), 1.0, False, 1],
        [1, r, 1.0, 0, 1],
        [1, r, 1.0, False, 2.5],
        [1, r, {7: ["<f8", 0, 2]}, False, 1],
        [4, r, 0, "__class__", [], {}],
        [4, r, 0, "", {2: [[], []]}, {2: [["a"], []]}],
        [2, r, 1, "ValueError", "ValueError", "", 0, ""],
        {1: r},
    ]
    SERVER._channel.send(forms[COUNT[0] % len(forms)])
    return 0.0


logsumexp = log_softmax = softmax
