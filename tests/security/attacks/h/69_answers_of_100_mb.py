# Answers every call with 100 MB, which whoever keeps answers would keep.
# exercise: levenshtein_distance
# verdict: protocol
import numpy as np


def levenshtein(a, b, ins=1, dele=1, sub=1):
    return np.zeros(100 * 2**20, np.uint8)


edit_script = word_error_rate = levenshtein
