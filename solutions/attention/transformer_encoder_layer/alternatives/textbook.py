"""As annotated transformers write it: views and transposes, -1e9 in masked scores, a norm by hand."""

import math

import torch


def layer_norm(x, weight, bias, eps):
    """Biased variance."""
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return weight * (x - mean) / torch.sqrt(var + eps) + bias


def attention(x, p, h, pad):
    """Multi-head attention."""
    b, t, d = x.shape
    w, bias = p["self_attn.in_proj_weight"], p["self_attn.in_proj_bias"]
    q = x @ w[:d].T + bias[:d]
    k = x @ w[d : 2 * d].T + bias[d : 2 * d]
    v = x @ w[2 * d :].T + bias[2 * d :]
    q, k, v = (y.view(b, t, h, d // h).transpose(1, 2) for y in (q, k, v))
    scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(d // h)
    if pad is not None:
        scores = scores.masked_fill(pad.unsqueeze(1).unsqueeze(2), -1e9)
    out = torch.matmul(torch.softmax(scores, dim=-1), v)
    out = out.transpose(1, 2).contiguous().view(b, t, d)
    return out @ p["self_attn.out_proj.weight"].T + p["self_attn.out_proj.bias"]


def encoder_layer(x, p, n_heads, norm_first=False, activation="relu", pad=None, eps=1e-5):
    """Sublayers."""

    def ff(y):
        hidden = y @ p["linear1.weight"].T + p["linear1.bias"]
        if activation == "relu":
            hidden = torch.relu(hidden)
        else:
            hidden = 0.5 * hidden * (1 + torch.erf(hidden / math.sqrt(2)))
        return hidden @ p["linear2.weight"].T + p["linear2.bias"]

    n1 = lambda y: layer_norm(y, p["norm1.weight"], p["norm1.bias"], eps)  # noqa: E731
    n2 = lambda y: layer_norm(y, p["norm2.weight"], p["norm2.bias"], eps)  # noqa: E731
    if norm_first:
        x = x + attention(n1(x), p, n_heads, pad)
        x = x + ff(n2(x))
    else:
        x = n1(x + attention(x, p, n_heads, pad))
        x = n2(x + ff(x))
    return x
