"""A simulated heap with first fit, best fit and coalescing."""

from __future__ import annotations


class Allocator:
    """Heap of bytes from which blocks are taken and to which they are given back.

    Parameters
    ----------
    size : int
        Bytes of the heap, a multiple of `align`.
    align : int
        What block sizes are rounded up to a multiple of.
    policy : str
        "first" for the lowest free block that is large enough, "best" for the smallest.

    Raises
    ------
    ValueError
        If the size is not a positive multiple of `align`, `align` is below 1, or the policy is unknown.

    Examples
    --------
    >>> heap = Allocator(64)
    >>> heap.malloc(10), heap.malloc(8), heap.malloc(60)
    (0, 16, None)
    >>> heap.free(0)
    >>> heap.stats()
    {'used': 8, 'free': 56, 'largest': 40, 'holes': 2}
    """

    def __init__(self, size: int, align: int = 8, policy: str = "first") -> None:
        raise NotImplementedError

    def malloc(self, n: int) -> int | None:
        """Take a block.

        Parameters
        ----------
        n : int
            Bytes that are needed.

        Returns
        -------
        int or None
            Address of the block; None if no free block is large enough.

        Raises
        ------
        ValueError
            If `n` is not positive.
        """
        raise NotImplementedError

    def free(self, addr: int) -> None:
        """Give a block back.

        Parameters
        ----------
        addr : int
            Address of a block in use.

        Raises
        ------
        ValueError
            If no block in use starts there.
        """
        raise NotImplementedError

    def stats(self) -> dict[str, int]:
        """Tell how full the heap is and how fragmented.

        Returns
        -------
        dict
            Bytes `used` and `free`, size of the `largest` free block, number of `holes`.
        """
        raise NotImplementedError
