"""The backward pass of a torch submission, run where the submission lives."""

from __future__ import annotations

from typing import Any


def backward(
    target: Any,
    args: list[Any],
    kwargs: dict[str, Any] | None,
    positions: list[int],
    output: int | None,
    cotangent: Any,
    parameters: bool,  # noqa: FBT001 - the order is that of the request
) -> Any:
    """Differentiate one call.

    Parameters
    ----------
    target : callable
        Function or module to call.
    args, kwargs : list, dict
        Its arguments.
    positions : list of int
        Positional arguments to differentiate with respect to.
    output : int or None
        Which item of a tuple result to differentiate; None for the result itself.
    cotangent : Tensor or None
        What the result's gradient starts from; None for ones.
    parameters : bool
        Whether the gradients of the module's parameters are wanted as well.

    Returns
    -------
    tuple of Tensor or None, or the pair of it and a dict
        Gradients in the order of `positions`; with `parameters`, also those of the parameters by name.
    """
    import torch

    leaves = {i: args[i].detach().clone().requires_grad_(True) for i in positions}
    called = [leaves.get(i, arg) for i, arg in enumerate(args)]
    named = dict(target.named_parameters()) if parameters else {}
    for parameter in named.values():
        parameter.grad = None
    result = target(*called, **kwargs or {})
    if output is not None:
        result = result[output]
    # Not `result.backward(cotangent)`: given a gradient, torch imports its symbolic shapes, a quarter of a second.
    (result.sum() if cotangent is None else torch.mul(result, cotangent).sum()).backward()
    got = tuple(leaves[i].grad for i in positions)
    return (got, {name: p.grad for name, p in named.items()}) if parameters else got
