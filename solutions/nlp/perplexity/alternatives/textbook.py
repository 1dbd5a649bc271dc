"""As evaluation scripts write it: shift, log softmax, mask, and a loop over windows that remembers the last end."""

import math

import numpy as np


def perplexity(logits, labels, ignore_index=-100):
    """Shifted cross-entropy."""
    shift_logits = logits[:, :-1, :].reshape(-1, logits.shape[-1])
    shift_labels = labels[:, 1:].reshape(-1)
    m = shift_logits.max(axis=-1, keepdims=True)
    logp = shift_logits - m - np.log(np.exp(shift_logits - m).sum(axis=-1, keepdims=True))
    mask = shift_labels != ignore_index
    safe = np.where(mask, shift_labels, 0)
    nll = -logp[np.arange(len(safe)), safe]
    return np.exp((nll * mask).sum() / mask.sum())


def bits_per_byte(total_nll_nats, n_bytes):
    """Change of base."""
    return total_nll_nats / (n_bytes * math.log(2))


def sliding_window_nll(nll_fn, tokens, window, stride):
    """Only the new tokens of each window count."""
    seq_len = len(tokens)
    nlls = []
    prev_end = 0
    for begin in range(0, seq_len, stride):
        end = min(begin + window, seq_len)
        new = end - prev_end
        nlls.extend(np.asarray(nll_fn(tokens[begin:end]))[-new:])
        prev_end = end
        if end == seq_len:
            break
    return np.mean(nlls)
