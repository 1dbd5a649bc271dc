"""Lengths by the bits of a big integer, and Hirschberg's recursion for the items."""


def lis(a, strict=True):
    """Bisect by hand; the walk back goes through the lengths."""
    tails, lengths = [], []
    for x in a:
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if tails[middle] < x or (not strict and tails[middle] == x):
                low = middle + 1
            else:
                high = middle
        if low == len(tails):
            tails.append(x)
        tails[low] = x
        lengths.append(low + 1)
    wanted, found = len(tails), []
    for x, length in zip(reversed(a), reversed(lengths), strict=True):
        # The last item of each length that the one after it can continue; at the end any item of full length.
        if length == wanted and (not found or x < found[-1] or (not strict and x == found[-1])):
            found.append(x)
            wanted -= 1
    found.reverse()
    return found


def lcs_length(a, b):
    """Hyyrö's recurrence: a zero bit stands where the length grows along a."""
    where = {}
    for i, x in enumerate(a):
        where[x] = where.get(x, 0) | 1 << i
    everything = (1 << len(a)) - 1
    bits = everything
    for y in b:
        matches = bits & where.get(y, 0)
        bits = ((bits + matches) | (bits - matches)) & everything
    return len(a) - bits.bit_count()


def _row(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        new = [0] * (len(b) + 1)
        for j, y in enumerate(b):
            new[j + 1] = row[j] + 1 if x == y else max(new[j], row[j + 1])
        row = new
    return row


def lcs(a, b):
    """Halve the longer sequence and split the other one where the two lengths add up to most."""
    a, b = list(a), list(b)
    if len(a) < len(b):
        a, b = b, a
    if not b:
        return []
    if len(a) == 1:
        return a if a == b else []
    half = len(a) // 2
    left = _row(a[:half], b)
    right = _row(a[half:][::-1], b[::-1])[::-1]
    total = [x + y for x, y in zip(left, right, strict=True)]
    split = total.index(max(total))
    return lcs(a[:half], b[:split]) + lcs(a[half:], b[split:])
