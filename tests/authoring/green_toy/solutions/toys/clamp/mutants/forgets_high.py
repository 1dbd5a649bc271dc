"""Looks at the lower bound only."""


def clamp(value, low, high):
    if low > high:
        raise ValueError("low is greater than high")
    return max(value, low)
