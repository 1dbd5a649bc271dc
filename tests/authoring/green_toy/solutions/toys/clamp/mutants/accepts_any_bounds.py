"""Does not look at the order of the bounds."""


def clamp(value, low, high):
    return min(max(value, low), high)
