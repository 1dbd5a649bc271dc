# Decorates with torch.compile, shares memory and loads data without workers.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import warnings

import torch
from torch.utils.data import DataLoader

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _double = torch.compile(lambda x: 2 * x)
assert _double(torch.ones(1).share_memory_()).item() == 2
assert len(list(DataLoader(range(8), batch_size=4))) == 2
