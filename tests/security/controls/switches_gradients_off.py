# Switches gradients off and on where it needs none.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import torch

_attention = attention


@torch.no_grad()
def _checked(value):
    with torch.inference_mode():
        torch.zeros(2) + 1
    with torch.set_grad_enabled(True), torch.autograd.set_detect_anomaly(False):
        assert torch.ones(2, requires_grad=True).sum().requires_grad
    return value.shape


def attention(*args, **kwargs):
    _checked(args[0])
    return _attention(*args, **kwargs)
