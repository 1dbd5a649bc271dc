"""Takes the absolute value of a difference."""


def add(a: int, b: int) -> int:
    return a + b


def subtract(a: int, b: int) -> int:
    return abs(a - b)
