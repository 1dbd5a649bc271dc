# Sets seeds, threads, dtypes and print options of torch, and forks its generator.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import torch

_attention = attention


torch.manual_seed(3)
torch.set_num_threads(1)
torch.set_printoptions(precision=3)
torch.set_default_dtype(torch.float32)
torch.use_deterministic_algorithms(True)
_generator = torch.Generator().manual_seed(1)


def attention(*args, **kwargs):
    with torch.random.fork_rng():
        torch.rand(2, generator=_generator)
    assert not torch.cuda.is_available()
    return _attention(*args, **kwargs)
