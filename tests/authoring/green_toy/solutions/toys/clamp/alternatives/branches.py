"""Branches instead of min and max."""


def clamp(value, low, high):
    if low > high:
        raise ValueError("low is greater than high")
    if value < low:
        return low
    return high if value > high else value
