# Gives tuples nested as deep, and with as many branches, as just crosses.
# exercise: levenshtein_distance
# verdict: wrong, protocol, raised
def tree(depth, width):
    value = 0
    for _ in range(depth):
        value = (value,) * width
    return value


FORMS = [tree(47, 1), tree(15, 2), tree(9, 3), [tree(40, 1)] * 1000, {"a": tree(14, 2)}, [[]] * 60_000]
COUNT = [0]


def levenshtein(a, b, ins=1, dele=1, sub=1):
    COUNT[0] += 1
    return FORMS[COUNT[0] % len(FORMS)] if COUNT[0] < 24 else 0


edit_script = word_error_rate = levenshtein
