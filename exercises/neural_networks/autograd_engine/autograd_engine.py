"""Scalar reverse-mode automatic differentiation."""

from __future__ import annotations


class Value:
    """A number that remembers how it was computed.

    Parameters
    ----------
    data : float
        The number.

    Attributes
    ----------
    data : float
        The number.
    grad : float
        Sum of the derivatives that calls of `backward` have left here, at first 0.

    Examples
    --------
    >>> x = Value(3.0)
    >>> y = x * x + 2 * x
    >>> y.backward()
    >>> y.data, x.grad
    (15.0, 8.0)
    """

    def __init__(self, data: float) -> None:
        raise NotImplementedError

    def __add__(self, o: Value | float) -> Value:
        """Return self + o."""
        raise NotImplementedError

    def __radd__(self, o: float) -> Value:
        """Return o + self."""
        raise NotImplementedError

    def __sub__(self, o: Value | float) -> Value:
        """Return self - o."""
        raise NotImplementedError

    def __rsub__(self, o: float) -> Value:
        """Return o - self."""
        raise NotImplementedError

    def __mul__(self, o: Value | float) -> Value:
        """Return self * o."""
        raise NotImplementedError

    def __rmul__(self, o: float) -> Value:
        """Return o * self."""
        raise NotImplementedError

    def __truediv__(self, o: Value | float) -> Value:
        """Return self / o."""
        raise NotImplementedError

    def __rtruediv__(self, o: float) -> Value:
        """Return o / self."""
        raise NotImplementedError

    def __neg__(self) -> Value:
        """Return -self."""
        raise NotImplementedError

    def __pow__(self, k: float) -> Value:
        """Return self ** k for a number k."""
        raise NotImplementedError

    def exp(self) -> Value:
        """Exponential function.

        Returns
        -------
        Value
            e to the power of this number.
        """
        raise NotImplementedError

    def log(self) -> Value:
        """Natural logarithm.

        Returns
        -------
        Value
            The logarithm of this number.

        Raises
        ------
        ValueError
            If this number is not positive.
        """
        raise NotImplementedError

    def tanh(self) -> Value:
        """Hyperbolic tangent.

        Returns
        -------
        Value
            The hyperbolic tangent of this number.
        """
        raise NotImplementedError

    def relu(self) -> Value:
        """Positive part.

        Returns
        -------
        Value
            This number if it is positive, and 0 otherwise.
        """
        raise NotImplementedError

    def backward(self) -> None:
        """Add the derivative of this number with respect to every node of its graph to the `grad` of that node."""
        raise NotImplementedError
