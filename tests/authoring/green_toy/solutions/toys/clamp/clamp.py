"""Move a number into an interval."""


def clamp(value: int, low: int, high: int) -> int:
    """Move a number into an interval.

    Parameters
    ----------
    value : int
        Number to move.
    low, high : int
        Bounds of the interval; they belong to it.

    Returns
    -------
    int
        The nearest number in the interval.

    Raises
    ------
    ValueError
        If `low` is greater than `high`.

    Examples
    --------
    >>> clamp(-3, 0, 5)
    0
    """
    if low > high:
        raise ValueError(f"low must not be greater than high, got {low} and {high}")
    return min(max(value, low), high)
