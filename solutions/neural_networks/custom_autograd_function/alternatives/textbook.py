"""As the PyTorch tutorial writes it: save, unpack, multiply by grad_output; one loop over a flat view."""

import torch


class Swish(torch.autograd.Function):
    """Saves its result as well."""

    @staticmethod
    def forward(ctx, x, beta):
        """Forward."""
        sig = torch.sigmoid(beta * x)
        ctx.sig = sig
        ctx.save_for_backward(x, beta)
        return x * sig

    @staticmethod
    def backward(ctx, grad_output):
        """Backward."""
        x, beta = ctx.saved_tensors
        sig = ctx.sig
        grad_x = grad_output * (sig + beta * x * sig * (1 - sig))
        grad_beta = torch.sum(grad_output * x**2 * sig * (1 - sig))
        return grad_x, grad_beta


class RoundSTE(torch.autograd.Function):
    """Remembers the range."""

    @staticmethod
    def forward(ctx, x, lo, hi):
        """Forward."""
        ctx.save_for_backward(x)
        ctx.lo, ctx.hi = lo, hi
        return torch.round(torch.clamp(x, lo, hi))

    @staticmethod
    def backward(ctx, grad_output):
        """Backward."""
        (x,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[x < ctx.lo] = 0
        grad_input[x > ctx.hi] = 0
        return grad_input, None, None


def finite_differences(f, x, eps=1e-6):
    """Perturb one entry at a time and put it back."""
    grad = torch.zeros_like(x)
    flat, out = x.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + eps
        plus = f(x)
        flat[i] = old - eps
        minus = f(x)
        flat[i] = old
        out[i] = (plus - minus) / (2 * eps)
    return grad
