"""What the header of an array says, once it is checked: dtype, shape, how the elements lie."""

from __future__ import annotations

from math import prod
from typing import Any, Final, NamedTuple

from grader.worker import tags
from grader.worker.wire import WireError

_REMEMBERED: Final = 1024


class Form(NamedTuple):
    """What an array's header says, once it is checked.

    Attributes
    ----------
    make : callable
        Makes the array of shape, dtype, buffer and offset; None for one that is not simply a view of bytes in C order.
    sane : bool
        Whether any bytes are legal values.
    """

    code: str
    layout: int
    shape: tuple[int, ...]
    dtype: Any
    elements: int
    size: int
    make: Any
    sane: bool


#: What was checked before, by the header: a test calls with the same few shapes again and again.
FORMS: Final[dict[tuple[Any, ...], Form]] = {}


def array_form(payload: Any) -> Form:
    """Check an array's header, and remember what it says.

    Raises
    ------
    WireError
        If it is none.
    """
    code, layout, shape = array_header(payload)
    import numpy as np

    dtype = _numpy_dtypes().get(code) or numpy_dtype(code)
    elements = prod(shape)
    size = elements * dtype.itemsize
    sane = code != "|b1" and code[1] != "U"
    form = Form(code, layout, tuple(shape), dtype, elements, size, np.ndarray if size and not layout else None, sane)
    if len(FORMS) < _REMEMBERED:
        FORMS[tuple(payload)] = form
    return form


class TensorForm(NamedTuple):
    """What a tensor's header says, once it is checked.

    Attributes
    ----------
    dtype : torch.dtype
        That of the tensor.
    carrier : numpy.dtype
        That of the same width in which its bytes came.
    """

    name: str
    layout: int
    shape: tuple[int, ...]
    dtype: Any
    carrier: Any
    elements: int
    size: int


TENSOR_FORMS: Final[dict[tuple[Any, ...], TensorForm]] = {}


def tensor_form(payload: Any) -> TensorForm:
    """Check a tensor's header, and remember what it says.

    Raises
    ------
    WireError
        If it is none.
    """
    name, layout, shape = array_header(payload)
    if name not in tags.TORCH_DTYPES:
        raise WireError("a tensor has an unknown dtype")
    import numpy as np

    carrier = np.dtype(tags.TORCH_DTYPES[name])
    elements = prod(shape)
    dtype = torch_dtypes()[name]
    form = TensorForm(name, layout, tuple(shape), dtype, carrier, elements, elements * carrier.itemsize)
    if len(TENSOR_FORMS) < _REMEMBERED:
        TENSOR_FORMS[tuple(payload)] = form
    return form


def array_header(payload: Any) -> tuple[str, int, list[int]]:
    """Return code, layout and shape that a header names, after checking its form.

    Raises
    ------
    WireError
        If it is none.
    """
    if type(payload) is not list or len(payload) < 2:
        raise WireError("an array has no header")
    code, layout, *shape = payload
    if type(code) is not str or type(layout) is not int or not 0 <= layout <= 2:
        raise WireError("an array has no header")
    check_shape(shape)
    return code, layout, shape


def check_shape(shape: Any) -> None:
    """See that a shape is one.

    Raises
    ------
    WireError
        If it is none.
    """
    if type(shape) is not list or len(shape) > tags.MAX_DIMENSIONS:
        raise WireError("an array has too many axes")
    for n in shape:
        if type(n) is not int or n < 0:
            raise WireError("an array has an axis of no length")


def numpy_dtype(code: Any) -> Any:
    """Return the dtype of a code of the closed table.

    Raises
    ------
    WireError
        If the table does not have it.
    """
    dtype = _numpy_dtypes().get(code)
    if dtype is not None:
        return dtype
    # Fixed-width text: |S5, <U12.
    if type(code) is str and code[:2] in ("|S", "<U", "=U", ">U") and code[2:].isascii() and code[2:].isdigit():
        width = int(code[2:6])
        # numpy gives text of no width a width when it makes an array, so that its size is not what the header says.
        if len(code) <= 6 and 0 < width <= tags.MAX_TEXT_WIDTH:
            import numpy as np

            return np.dtype(code)
    raise WireError("an array has an unknown dtype")


def _numpy_dtypes(cache: dict[str, Any] = {}) -> dict[str, Any]:  # noqa: B006 - filled once, on first use
    if not cache:
        import numpy as np

        for code in tags.NUMPY_CODES:
            try:
                cache[code] = np.dtype(code)
            except TypeError:
                continue  # long doubles differ from platform to platform
    return cache


def torch_dtypes(cache: dict[str, Any] = {}) -> dict[str, Any]:  # noqa: B006 - filled once, on first use
    """Return torch's dtypes by the names of the closed table."""
    if not cache:
        import torch

        cache.update({name: getattr(torch, name) for name in tags.TORCH_DTYPES})
    return cache
