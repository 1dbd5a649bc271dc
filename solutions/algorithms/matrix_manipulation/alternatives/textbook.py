"""As interview books write it: rotate ring by ring, walk with a direction and a visited set, tiles with min at the edges."""

import numpy as np


def rotate90(m):
    """Move four items at a time."""
    n = len(m)
    for layer in range(n // 2):
        last = n - 1 - layer
        for i in range(layer, last):
            offset = i - layer
            top = m[layer][i]
            m[layer][i] = m[last - offset][layer]
            m[last - offset][layer] = m[last][last - offset]
            m[last][last - offset] = m[i][last]
            m[i][last] = top


def spiral_order(m):
    """Turn right at the border or at a place that was visited."""
    rows, cols = len(m), len(m[0])
    seen = set()
    result = []
    r = c = d = 0
    dr, dc = (0, 1, 0, -1), (1, 0, -1, 0)
    for _ in range(rows * cols):
        result.append(m[r][c])
        seen.add((r, c))
        nr, nc = r + dr[d], c + dc[d]
        if not (0 <= nr < rows and 0 <= nc < cols) or (nr, nc) in seen:
            d = (d + 1) % 4
            nr, nc = r + dr[d], c + dc[d]
        r, c = nr, nc
    return result


def blocked_matmul(a, b, tile, multiply=np.matmul):
    """Six loops, of which NumPy has the inner three."""
    n, k = a.shape
    m = b.shape[1]
    c = np.zeros((n, m))
    for ii in range(0, n, tile):
        for kk in range(0, k, tile):
            for jj in range(0, m, tile):
                i_end, k_end, j_end = min(ii + tile, n), min(kk + tile, k), min(jj + tile, m)
                c[ii:i_end, jj:j_end] += multiply(a[ii:i_end, kk:k_end], b[kk:k_end, jj:j_end])
    return c
