"""As operating systems courses write it: one list of all blocks in the order of addresses, scanned by every operation."""


class Allocator:
    """Blocks are lists [address, size, free]."""

    def __init__(self, size, align=8, policy="first"):
        self.align, self.policy = align, policy
        self.blocks = [[0, size, True]]

    def malloc(self, n):
        """Choose, split, mark."""
        n = (n + self.align - 1) // self.align * self.align
        fits = [b for b in self.blocks if b[2] and b[1] >= n]
        if not fits:
            return None
        if self.policy == "best":
            fits.sort(key=lambda b: b[1])
        block = fits[0]
        if block[1] > n:
            self.blocks.insert(self.blocks.index(block) + 1, [block[0] + n, block[1] - n, True])
            block[1] = n
        block[2] = False
        return block[0]

    def free(self, addr):
        """Mark, then merge all free neighbours."""
        for block in self.blocks:
            if block[0] == addr:
                block[2] = True
        merged = [self.blocks[0]]
        for block in self.blocks[1:]:
            if block[2] and merged[-1][2]:
                merged[-1][1] += block[1]
            else:
                merged.append(block)
        self.blocks = merged

    def stats(self):
        """Count."""
        holes = [b[1] for b in self.blocks if b[2]]
        used = sum(b[1] for b in self.blocks if not b[2])
        return {"used": used, "free": sum(holes), "largest": max(holes + [0]), "holes": len(holes)}
