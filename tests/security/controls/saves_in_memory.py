# Saves and loads tensors in memory, shares them with numpy and steps an optimiser.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import torch


import io

_attention = attention


def attention(*args, **kwargs):
    buffer = io.BytesIO()
    torch.save({"a": torch.arange(3)}, buffer)
    buffer.seek(0)
    assert torch.from_numpy(torch.load(buffer)["a"].numpy()).tolist() == [0, 1, 2]
    weight = torch.nn.Parameter(torch.ones(2))
    optimiser = torch.optim.SGD([weight], lr=0.1)
    weight.sum().backward()
    optimiser.step()
    return _attention(*args, **kwargs)
