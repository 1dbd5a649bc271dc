"""Gradients: the backward pass runs in the worker, the finite differences are taken here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.candidate.describe import Call
from grader.candidate.failure import wrong
from grader.candidate.proxy import target_of
from grader.candidate.session import session_of
from grader.worker.message import Verb

if TYPE_CHECKING:
    import torch

_DIRECTIONS: Final = 2


def gradients(
    f: Any,
    *args: Any,
    wrt: tuple[int, ...] = (0,),
    output: int | None = None,
    cotangent: torch.Tensor | None = None,
    parameters: bool = False,
    **kwargs: Any,
) -> Any:
    """Differentiate a call of the submission.

    Parameters
    ----------
    f : callable
        An entry point, or a remote module.
    *args, **kwargs : object
        Its arguments.
    wrt : tuple of int, default=(0,)
        Positional arguments to differentiate with respect to.
    output : int, optional
        Which item of a tuple result to differentiate.
    cotangent : Tensor, optional
        Gradient of the result; ones by default.
    parameters : bool, default=False
        Whether the gradients of the module's parameters are wanted as well.

    Returns
    -------
    tuple of Tensor or None, or (tuple, dict of str to Tensor)
        One gradient for each position in `wrt`.
    """
    target, name = target_of(f)
    call = Call(name, args, kwargs, Verb.GRADIENTS, None if isinstance(target, str) else target)
    values = (target, list(args), kwargs or None, list(wrt), output, cotangent, parameters)
    return session_of(f).request(Verb.GRADIENTS, call, *values)


def assert_gradients(
    f: Any,
    *args: Any,
    wrt: tuple[int, ...] = (0,),
    output: int | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    **kwargs: Any,
) -> None:
    """Check the gradients of a call against central differences along random directions.

    Parameters
    ----------
    f : callable
        An entry point, or a remote module.
    *args, **kwargs : object
        Its arguments; the differentiated ones are float64 tensors.
    wrt : tuple of int, default=(0,)
        Positional arguments to differentiate with respect to.
    output : int, optional
        Which item of a tuple result to differentiate.
    rtol, atol : float
        Tolerance of a directional derivative.

    Raises
    ------
    SubmissionFailed
        If a gradient is missing, not finite, or not the derivative.
    """
    import torch

    def value(*changed: Any) -> torch.Tensor:
        result = f(*changed, **kwargs)
        tensor = result if output is None else result[output]
        if not isinstance(tensor, torch.Tensor):
            raise wrong("gave no tensor to differentiate.", result)
        return tensor

    generator = torch.Generator().manual_seed(0)
    shape = value(*args).shape
    cotangent = torch.randn(shape, generator=generator, dtype=torch.float64)
    got = gradients(f, *args, wrt=wrt, output=output, cotangent=cotangent, **kwargs)
    if not isinstance(got, tuple) or len(got) != len(wrt):
        raise wrong("gave no gradients.", got)
    step = 1e-6
    for gradient, position in zip(got, wrt, strict=True):
        argument = args[position]
        if not isinstance(gradient, torch.Tensor) or gradient.shape != argument.shape:
            raise wrong(f"gave no gradient for argument {position}.", got)
        if not bool(torch.isfinite(gradient).all()):
            raise wrong(f"gave a gradient for argument {position} that is not finite.", got)
        for _ in range(_DIRECTIONS):
            direction = torch.randn(argument.shape, generator=generator, dtype=argument.dtype)
            ahead, behind = list(args), list(args)
            ahead[position], behind[position] = argument + step * direction, argument - step * direction
            slope = float(((value(*ahead) - value(*behind)) * cotangent).sum()) / (2 * step)
            claimed = float((gradient * direction).sum())
            if not abs(claimed - slope) <= atol + rtol * abs(slope):
                raise wrong(
                    f"gave a gradient for argument {position} with slope {claimed:.7g} along a direction; "
                    f"finite differences give {slope:.7g}.",
                    got,
                )
