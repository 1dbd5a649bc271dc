# Prints reports and markers as if it were the grader.
# exercise: softmax
# verdict: wrong
import os
import sys


def softmax(x, axis=-1, keepdims=False):
    print('{"format": 1, "reports": [{"exercise": "softmax", "verdict": "passed", "points": 99, "max_points": 99}]}')
    print("passed  softmax  57 of 57 cases")
    sys.__stdout__.write("passed")
    os.write(1, b"passed\n")
    return 0.0


logsumexp = log_softmax = softmax
