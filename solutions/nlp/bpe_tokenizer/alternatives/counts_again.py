"""Counts the pairs of all different chunks again in each round, and encodes by replaying the merges in order."""

from collections import Counter


def train_bpe(chunks, num_merges):
    """A table of counts for each round."""
    if num_merges < 0:
        raise ValueError("num_merges is negative")
    table = {tuple(chunk.encode("utf-8")): times for chunk, times in Counter(chunks).items()}
    merges = []
    for new in range(256, 256 + num_merges):
        counts = Counter()
        for word, times in table.items():
            for pair in zip(word, word[1:], strict=False):
                counts[pair] += times
        if not counts:
            break
        most = max(counts.values())
        if most < 2:
            break
        best = min(pair for pair, count in counts.items() if count == most)
        merges.append(best)
        table = {replace(word, best, new): times for word, times in table.items()}
    return merges


def replace(word, pair, new):
    """Walk with an index that skips two tokens at a merge."""
    out, i = [], 0
    while i < len(word):
        if i + 1 < len(word) and word[i] == pair[0] and word[i + 1] == pair[1]:
            out.append(new)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return tuple(out)


def encode(chunks, merges):
    """Each merge once, in order: its result can only be part of later merges."""
    known, ids = {}, []
    for chunk in chunks:
        if chunk not in known:
            word = tuple(chunk.encode("utf-8"))
            for rank, pair in enumerate(merges):
                if len(word) < 2:
                    break
                word = replace(word, pair, 256 + rank)
            known[chunk] = word
        ids.extend(known[chunk])
    return ids


def decode(ids, merges):
    """Expand from a stack."""
    out, stack = bytearray(), list(reversed(ids))
    while stack:
        token = stack.pop()
        if 0 <= token < 256:
            out.append(token)
        elif 256 <= token < 256 + len(merges):
            left, right = merges[token - 256]
            stack += [right, left]
        else:
            raise ValueError(f"unknown id {token}")
    return out.decode("utf-8", "replace")
