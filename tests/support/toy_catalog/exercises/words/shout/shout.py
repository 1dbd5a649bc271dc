"""A text in capitals."""


def shout(text: str) -> str:
    """Return the text in capitals with an exclamation mark.

    Parameters
    ----------
    text : str
        What to shout.

    Returns
    -------
    str
        The text in capitals, then an exclamation mark.

    Examples
    --------
    >>> shout("hi")
    'HI!'
    """
    raise NotImplementedError
