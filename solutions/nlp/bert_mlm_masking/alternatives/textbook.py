"""As training repositories write it: pop from the longer list, extend lists, clone and fill by masks, no checks."""

import numpy as np


def pack_pair(a, b, cls, sep, pad, max_len):
    """Lists until the end."""
    a, b = list(a), None if b is None else list(b)
    if b is None:
        a = a[: max_len - 2]
    else:
        while len(a) + len(b) > max_len - 3:
            (a if len(a) > len(b) else b).pop()
    tokens = [cls] + a + [sep]
    segment_ids = [0] * len(tokens)
    if b is not None:
        tokens += b + [sep]
        segment_ids += [1] * (len(b) + 1)
    input_mask = [1] * len(tokens)
    while len(tokens) < max_len:
        tokens.append(pad)
        segment_ids.append(0)
        input_mask.append(0)
    return np.array(tokens), np.array(segment_ids), np.array(input_mask)


def mlm_mask(ids, special, mask_id, u_select, u_action, random_ids, p=0.15):
    """In place on a copy."""
    probability = np.full(ids.shape, p)
    probability[special] = 0.0
    masked_indices = u_select < probability
    labels = ids.copy()
    labels[~masked_indices] = -100
    inputs = ids.copy()
    replaced = masked_indices & (u_action < 0.8)
    inputs[replaced] = mask_id
    random = masked_indices & ~replaced & (u_action < 0.9)
    inputs[random] = random_ids[random]
    return inputs, labels
