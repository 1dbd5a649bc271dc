"""Looks at the upper bound only."""


def clamp(value, low, high):
    if low > high:
        raise ValueError("low is greater than high")
    return min(value, high)
