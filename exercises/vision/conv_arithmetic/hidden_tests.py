"""Hidden tests of conv_arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_type

LAYER = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3))


def starts(n, k, stride, padding, dilation):
    """First pixels of all windows, counted one by one."""
    return [i for i in range(-padding, n + padding, stride) if i + dilation * (k - 1) < n + padding]


def seen(layers, place):
    """First and last pixel that an output depends on, followed back through the layers."""
    first = last = place
    for k, stride, padding, dilation in reversed(layers):
        first, last = first * stride - padding, last * stride - padding + dilation * (k - 1)
    return first, last


def test_output_by_hand(candidate):
    """Lengths of well-known layers."""
    assert_close(candidate.conv_out(224, 7, 2, 3), 112)
    assert_close(candidate.conv_out(32, 5), 28)
    assert_close(candidate.conv_out(10, 3, padding=1), 10)
    assert_close(candidate.conv_out(3, 3), 1)


def test_output_is_rounded_down(candidate):
    """Pixels that don't fill a last window are not used."""
    assert_close(candidate.conv_out(112, 3, 2), 55)
    assert_close(candidate.conv_out(10, 2, 4), 3)
    assert_close(candidate.conv_out(9, 4, stride=3, padding=1), 3)


def test_dilation_widens_the_kernel(candidate):
    """A dilated kernel covers d (k - 1) + 1 pixels."""
    assert_close(candidate.conv_out(32, 3, dilation=2), 28)
    assert_close(candidate.conv_out(20, 4, stride=2, dilation=3), 6)


@given(n=st.integers(1, 30), layer=LAYER)
def test_output_counts_windows(candidate, n, layer):
    """The length is the number of windows that fit."""
    expected = len(starts(n, *layer))
    if expected:
        assert_close(candidate.conv_out(n, *layer), expected)


def test_same_padding(candidate):
    """The padding keeps the length at stride 1."""
    assert_close([candidate.same_padding(k) for k in (1, 3, 5, 7)], [0, 1, 2, 3])
    assert_close([candidate.same_padding(3, dilation=d) for d in (1, 2, 3)], [1, 2, 3])
    assert_close(candidate.same_padding(5, 4), 8)


def test_field_by_hand(candidate):
    """Strides of earlier layers widen the steps of later kernels."""
    assert_close(candidate.receptive_field([(3, 1, 0, 1)]), (3, 1, 1.0))
    assert_close(candidate.receptive_field([(3, 1, 0, 1), (3, 1, 0, 1)]), (5, 1, 2.0))
    assert_close(candidate.receptive_field([(3, 2, 0, 1), (3, 1, 0, 1)]), (7, 2, 3.0))
    assert_close(candidate.receptive_field([(7, 2, 3, 1), (3, 2, 1, 1)]), (11, 4, 0.0))
    assert_close(candidate.receptive_field([(2, 2, 0, 1), (2, 2, 0, 1)]), (4, 4, 1.5))


def test_field_with_dilation_and_padding(candidate):
    """Dilation widens the field, padding moves it, also below 0."""
    assert_close(candidate.receptive_field([(3, 1, 0, 4)]), (9, 1, 4.0))
    assert_close(candidate.receptive_field([(1, 1, 2, 1), (1, 3, 1, 1)]), (1, 3, -3.0))
    assert_close(candidate.receptive_field([(2, 3, 0, 2), (2, 2, 1, 3)]), (12, 6, 2.5))


@given(layers=st.lists(LAYER, min_size=1, max_size=4))
def test_field_is_what_an_output_sees(candidate, layers):
    """Size, jump and middle are those of fields that are followed back through the layers."""
    (first, last), (second, _) = seen(layers, 0), seen(layers, 1)
    assert_close(candidate.receptive_field(layers), (last - first + 1, second - first, (first + last) / 2))


def test_params(candidate):
    """A convolution shares its weights, a local layer has a kernel and a bias for each place."""
    assert_close(candidate.layer_params("conv", 3, 8, 5, 10, 7), 8 * 75 + 8)
    assert_close(candidate.layer_params("local", 3, 8, 5, 10, 7), 70 * (8 * 75 + 8))
    assert_close(candidate.layer_params("conv", 16, 4, 1, 3, 3), 68)


def test_linear_layer_as_convolution(candidate, rng):
    """On a map of its size, each kernel gives what the linear layer gave."""
    weight, x = rng.normal(size=(4, 2 * 3 * 5)), rng.normal(size=(2, 3, 5))
    kernels = np.asarray(candidate.fc_to_conv(weight, 2, 3, 5))
    assert_close(kernels, weight.reshape(4, 2, 3, 5))
    assert_close((kernels * x).sum(axis=(1, 2, 3)), weight @ x.ravel())


@pytest.mark.fine
def test_no_layers(candidate):
    """Without layers an output is a pixel."""
    assert_close(candidate.receptive_field([]), (1, 1, 0.0))


@pytest.mark.fine
def test_types(candidate):
    """Counts are integers, the middle of a field is a float, weights keep their dtype."""
    for value in (
        candidate.conv_out(10, 3, 2),
        candidate.same_padding(3),
        candidate.layer_params("local", 1, 1, 1, 2, 2),
    ):
        assert_type(value, int)
    for layers in ([(3, 2, 1, 1)], [(3, 1, 0, 1)], []):
        for value, kind in zip(candidate.receptive_field(layers), (int, int, float), strict=True):
            assert_type(value, kind)
    assert_dtype(candidate.fc_to_conv(np.ones((2, 4), dtype=np.float32), 1, 2, 2), np.float32)


@pytest.mark.fine
def test_outputs_without_a_pixel(candidate):
    """A kernel that doesn't fit raises ValueError."""
    for n, k, settings in ((2, 3, {}), (5, 3, {"dilation": 3}), (1, 4, {"padding": 1}), (2, 3, {"stride": 3})):
        with assert_raises(ValueError):
            candidate.conv_out(n, k, **settings)


@pytest.mark.fine
def test_settings_out_of_range(candidate):
    """Settings that no layer has raise ValueError."""
    good = {"k": 3, "stride": 1, "padding": 1, "dilation": 1}
    for change in ({"k": 0}, {"stride": 0}, {"padding": -1}, {"dilation": 0}, {"stride": -1}):
        bad = good | change
        with assert_raises(ValueError):
            candidate.conv_out(10, **bad)
        with assert_raises(ValueError):
            candidate.receptive_field([tuple(good.values()), tuple(bad.values())])
    for k, dilation in ((0, 1), (-1, 1), (3, 0), (3, -1)):
        with assert_raises(ValueError):
            candidate.same_padding(k, dilation)


@pytest.mark.fine
def test_sizes_that_cannot_be_kept(candidate):
    """Only an even reach d (k - 1) can be split between both sides."""
    for k, dilation in ((2, 1), (4, 1), (4, 3)):
        with assert_raises(ValueError):
            candidate.same_padding(k, dilation)
    assert_close(candidate.same_padding(4, 2), 3)


@pytest.mark.fine
def test_kinds_and_weights_that_do_not_fit(candidate):
    """Other kinds, and weights for another map, raise ValueError."""
    for kind in ("fc", "", "Conv"):
        with assert_raises(ValueError):
            candidate.layer_params(kind, 1, 1, 1, 1, 1)
    for shape in ((2, 5), (4, 2), (8,), (2, 2, 2), (1, 8)):
        with assert_raises(ValueError):
            candidate.fc_to_conv(np.ones(shape), 1, 2, 2)
