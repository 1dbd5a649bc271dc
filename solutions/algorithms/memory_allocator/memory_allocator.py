"""A simulated heap with first fit, best fit and coalescing."""

from __future__ import annotations

from bisect import bisect


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
        if align < 1 or size < 1 or size % align:
            raise ValueError(f"a heap of {size} bytes cannot be aligned to {align}")
        if policy not in {"first", "best"}:
            raise ValueError(f"unknown policy {policy!r}")
        self._align = align
        self._policy = policy
        self._used: dict[int, int] = {}  # sizes by address
        self._holes = [0]  # addresses of the free blocks, ascending
        self._sizes = {0: size}  # and their sizes

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
        if n < 1:
            raise ValueError(f"cannot allocate {n} bytes")
        need = -(-n // self._align) * self._align
        enough = [addr for addr in self._holes if self._sizes[addr] >= need]
        if not enough:
            return None
        addr = enough[0] if self._policy == "first" else min(enough, key=self._sizes.__getitem__)
        place = bisect(self._holes, addr) - 1
        rest = self._sizes.pop(addr) - need
        if rest:
            self._holes[place] = addr + need
            self._sizes[addr + need] = rest
        else:
            del self._holes[place]
        self._used[addr] = need
        return addr

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
        if addr not in self._used:
            raise ValueError(f"no block in use starts at {addr}")
        size = self._used.pop(addr)
        place = bisect(self._holes, addr)
        if place < len(self._holes) and self._holes[place] == addr + size:
            size += self._sizes.pop(self._holes.pop(place))
        before = self._holes[place - 1] if place else None
        if before is not None and before + self._sizes[before] == addr:
            self._sizes[before] += size
        else:
            self._holes.insert(place, addr)
            self._sizes[addr] = size

    def stats(self) -> dict[str, int]:
        """Tell how full the heap is and how fragmented.

        Returns
        -------
        dict
            Bytes `used` and `free`, size of the `largest` free block, number of `holes`.
        """
        sizes = self._sizes.values()
        return {
            "used": sum(self._used.values()),
            "free": sum(sizes),
            "largest": max(sizes, default=0),
            "holes": len(sizes),
        }
