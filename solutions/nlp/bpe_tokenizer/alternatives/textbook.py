"""As small teaching tokenizers write it: a dict of pair counts, max by count, a merge loop with an index, no checks."""

from __future__ import annotations


def train_bpe(chunks: list[str], num_merges: int) -> list[tuple[int, int]]:
    """Merge the most frequent pair again and again."""
    ids = [list(chunk.encode("utf-8")) for chunk in chunks]
    merges = []
    for i in range(num_merges):
        stats = {}
        for chunk_ids in ids:
            for pair in zip(chunk_ids, chunk_ids[1:]):
                stats[pair] = stats.get(pair, 0) + 1
        pair = max(stats, key=stats.get)
        ids = [_merge(chunk_ids, pair, 256 + i) for chunk_ids in ids]
        merges.append(pair)
    return merges


def encode(chunks: list[str], merges: list[tuple[int, int]]) -> list[int]:
    """Apply the merge with the lowest rank as long as there is one."""
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    tokens = []
    for chunk in chunks:
        ids = list(chunk.encode("utf-8"))
        while len(ids) >= 2:
            pair = min(zip(ids, ids[1:]), key=lambda p: ranks.get(p, float("inf")))
            if pair not in ranks:
                break
            ids = _merge(ids, pair, 256 + ranks[pair])
        tokens.extend(ids)
    return tokens


def decode(ids: list[int], merges: list[tuple[int, int]]) -> str:
    """Look the bytes up and join them."""
    vocab = {i: bytes([i]) for i in range(256)}
    for i, (left, right) in enumerate(merges):
        vocab[256 + i] = vocab[left] + vocab[right]
    return b"".join(vocab[i] for i in ids).decode("utf-8", errors="replace")


def _merge(ids, pair, new_id):
    merged = []
    i = 0
    while i < len(ids):
        if i < len(ids) - 1 and (ids[i], ids[i + 1]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged
