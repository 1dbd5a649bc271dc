"""The reference of memory_allocator against a map of bytes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("policy", ["first", "best"])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_a_map_of_bytes(reference: References, seed: int, policy: str) -> None:
    """Through two thousand operations blocks never overlap, and each choice is the one of a search in a string."""
    rng = np.random.default_rng(seed)
    align = int(rng.choice([1, 4, 8]))
    size = 300 * align
    heap, bytes_, live = reference("memory_allocator").Allocator(size, align, policy), bytearray(b"." * size), {}
    for _ in range(2000):
        if live and rng.random() < 0.48:
            addr = int(rng.choice(list(live)))
            heap.free(addr)
            n = live.pop(addr)
            bytes_[addr : addr + n] = b"." * n
        else:
            n = int(rng.integers(1, 20 * align))
            need = (n + align - 1) // align * align
            fits = [m for m in re.finditer(rb"\.+", bytes_) if m.end() - m.start() >= need]
            addr = heap.malloc(n)
            if not fits:
                assert addr is None
                continue
            assert addr == (fits[0] if policy == "first" else min(fits, key=lambda m: m.end() - m.start())).start()
            bytes_[addr : addr + need] = b"#" * need
            live[addr] = need
        holes = [len(hole) for hole in re.findall(rb"\.+", bytes_)]
        free = sum(holes)
        expected = {"used": size - free, "free": free, "largest": max(holes, default=0), "holes": len(holes)}
        assert heap.stats() == expected
