# Has an autograd function of its own, with a hook on its gradient.
# exercise: scaled_dot_product_attention
# verdict: passed
# extends: reference

import torch

_attention = attention


class _Same(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient.reshape(x.shape)


def attention(*args, **kwargs):
    x = torch.ones(3, requires_grad=True)
    x.register_hook(lambda gradient: gradient * 2)
    _Same.apply(x).sum().backward()
    assert x.grad.tolist() == [2, 2, 2]
    return _attention(*args, **kwargs)
