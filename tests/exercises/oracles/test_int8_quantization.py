"""The reference of int8_quantization against torch's quantised tensors and exact integers."""

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_weights_equal_torch(reference: References, seed: int) -> None:
    """Dequantised weights agree with torch's fake quantisation by channel."""
    w = np.random.default_rng(seed).normal(size=(7, 33))
    wq, scale = reference("int8_quantization").quantize_weight(w)
    fake = torch.fake_quantize_per_channel_affine(
        torch.tensor(w, dtype=torch.float32),
        torch.tensor(scale, dtype=torch.float32),
        torch.zeros(7, dtype=torch.int32),
        0,
        -127,
        127,
    )
    np.testing.assert_allclose(wq * scale[:, None], fake.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_range_and_activations_equal_torch(reference: References, seed: int) -> None:
    """Scale, zero point and integers agree with torch's observer and fake quantisation."""
    solution = reference("int8_quantization")
    rng = np.random.default_rng(seed)
    x = rng.normal(loc=rng.normal(), size=200).astype(np.float32)
    observer = torch.ao.quantization.MinMaxObserver(dtype=torch.quint8, qscheme=torch.per_tensor_affine)
    observer(torch.from_numpy(x))
    expected_scale, expected_zp = observer.calculate_qparams()

    scale, zp = solution.affine_params(x.min(), x.max())
    assert scale == pytest.approx(expected_scale.item(), rel=1e-6)
    assert zp == expected_zp.item()
    fake = torch.fake_quantize_per_tensor_affine(torch.from_numpy(x), scale, zp, 0, 255)
    got = (solution.quantize_activation(x, scale, zp).astype(float) - zp) * scale
    np.testing.assert_allclose(got, fake.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_linear_equals_integers(reference: References, seed: int) -> None:
    """The product agrees with one of int64 matrices."""
    rng = np.random.default_rng(seed)
    xq, wq = rng.integers(0, 256, (9, 700)).astype(np.uint8), rng.integers(-128, 128, (11, 700)).astype(np.int8)
    wscale, bias, zp = rng.uniform(0.01, 0.1, 11), rng.normal(size=11), int(rng.integers(256))
    total = (xq.astype(np.int64) - zp) @ wq.T.astype(np.int64)
    expected = (total * (0.02 * wscale) + bias).astype(np.float32)
    np.testing.assert_array_equal(reference("int8_quantization").int8_linear(xq, 0.02, zp, wq, wscale, bias), expected)


@pytest.mark.parametrize("seed", range(5))
def test_layer_is_close_to_floats(reference: References, seed: int) -> None:
    """A quantised layer is close to torch's layer in floats."""
    solution = reference("int8_quantization")
    rng = np.random.default_rng(seed)
    x, w, bias = rng.uniform(-1, 2, (6, 128)), rng.normal(size=(5, 128)), rng.normal(size=5)
    scale, zp = solution.affine_params(x.min(), x.max())
    xq = solution.quantize_activation(x, scale, zp)
    got = solution.int8_linear(xq, scale, zp, *solution.quantize_weight(w), bias)
    expected = torch.nn.functional.linear(*(torch.from_numpy(a) for a in (x, w, bias))).numpy()
    assert np.abs(got - expected).max() < 0.03 * np.abs(expected).max()
