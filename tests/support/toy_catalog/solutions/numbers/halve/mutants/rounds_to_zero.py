"""Rounds towards zero."""


def halve(n: int) -> int:
    return int(n / 2)
