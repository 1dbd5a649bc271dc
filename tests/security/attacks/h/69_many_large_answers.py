# Answers every call with as much as just passes.
# exercise: levenshtein_distance
# verdict: out_of_memory, wrong
import numpy as np


def levenshtein(a, b, ins=1, dele=1, sub=1):
    return [np.zeros(2**20, np.uint8) for _ in range(70)]


edit_script = word_error_rate = levenshtein
