# Gives integers of thousands of digits in arrays, lists, sets and keys, which Python refuses to write out.
# exercise: levenshtein_distance
# verdict: protocol
import numpy as np

HUGE = 1 << 30_000
FORMS = [
    np.array([HUGE], object),
    [HUGE, -HUGE],
    (HUGE, (HUGE,)),
    {"a": HUGE},
    {(HUGE,): 1},
    [[1.0, HUGE]],
    np.array([[1.5, HUGE], [None, 1j]], object),
    frozenset([(HUGE,)]),
    range(3),
    slice(HUGE, None),
]
COUNT = [0]


def levenshtein(a, b, ins=1, dele=1, sub=1):
    COUNT[0] += 1
    return FORMS[COUNT[0] % len(FORMS)]


edit_script = word_error_rate = levenshtein
