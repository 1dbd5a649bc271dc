# Takes the first gradient by torch.func and recomputes in the backward pass.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import torch

from torch.utils.checkpoint import checkpoint

assert torch.func.grad(lambda x: (x**2).sum())(torch.ones(3)).tolist() == [2.0, 2.0, 2.0]
leaf = torch.ones(3, requires_grad=True)
checkpoint(lambda x: x * 2, leaf, use_reentrant=False).sum().backward()
