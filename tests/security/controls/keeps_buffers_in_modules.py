# Keeps masks in the buffers of a module with hooks, and loads its own state.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import torch

_attention = attention


class _Masks(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(4, 4).tril(), persistent=True)
        self.scale = torch.nn.Parameter(torch.ones(()))
        self.inner = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Dropout(0.1))

    def forward(self, x):
        return self.inner(x) * self.scale + self.mask


_masks = _Masks().eval()
_masks.register_forward_hook(lambda module, inputs, output: None)
_masks.load_state_dict(_masks.state_dict())


def attention(*args, **kwargs):
    with torch.no_grad():
        _masks(torch.zeros(4, 4))
    return _attention(*args, **kwargs)
