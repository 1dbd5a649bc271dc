"""Half of a whole number, rounded down."""


def halve(n: int) -> int:
    """Return half of a whole number, rounded down.

    Parameters
    ----------
    n : int
        Number to halve.

    Returns
    -------
    int
        Greatest whole number that is no more than half of `n`.

    Examples
    --------
    >>> halve(-3)
    -2
    """
    raise NotImplementedError
