"""A dictionary of cells for the script, two fresh lists for the distance."""


def levenshtein(a, b, ins=1, dele=1, sub=1):
    """Distance by rows of new lists, the shorter sequence along the row."""
    if ins < 0 or dele < 0 or sub < 0:
        raise ValueError("no negative costs")
    if len(a) < len(b):
        return levenshtein(b, a, dele, ins, sub)
    previous = [j * ins for j in range(len(b) + 1)]
    for i in range(1, len(a) + 1):
        current = [i * dele]
        for j in range(1, len(b) + 1):
            change = previous[j - 1] + (0 if a[i - 1] == b[j - 1] else sub)
            current.append(min(change, previous[j] + dele, current[-1] + ins))
        previous = current
    return previous[len(b)]


def edit_script(a, b):
    """Steps by choosing backwards in a dictionary of cells."""
    cost = {(i, 0): i for i in range(len(a) + 1)}
    cost.update({(0, j): j for j in range(len(b) + 1)})
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            diagonal = cost[i - 1, j - 1] + (a[i - 1] != b[j - 1])
            cost[i, j] = min(diagonal, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    steps, i, j = [], len(a), len(b)
    while (i, j) != (0, 0):
        ways = []
        if i > 0 and j > 0:
            same = a[i - 1] == b[j - 1]
            ways.append((cost[i - 1, j - 1] + (not same), 0, "keep" if same else "sub", i - 1, j - 1))
        if i > 0:
            ways.append((cost[i - 1, j] + 1, 1, "del", i - 1, j))
        if j > 0:
            ways.append((cost[i, j - 1] + 1, 2, "ins", i, j - 1))
        _, _, what, i, j = min(ways)
        steps.insert(0, (what, i, j))
    return steps


def word_error_rate(ref, hyp):
    """Edit distance over words divided by the words said."""
    if len(ref) == 0 and len(hyp) > 0:
        raise ValueError("nothing was said")
    return levenshtein(ref, hyp) / max(len(ref), 1)
