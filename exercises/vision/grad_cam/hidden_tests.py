"""Hidden tests of grad_cam."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    gradients,
    put,
    speed,
)

H, W, CLASSES = 6, 10, 4


def normal(rng, *shape):
    """Standard normal float32 tensor."""
    return torch.from_numpy(rng.normal(size=shape).astype(np.float32))


def random_state(rng, c_in=2, width=3, h=H, w=W):
    """Weights of a TinyNet."""
    state = {"features.0.weight": normal(rng, width, c_in, 3, 3) / 2, "features.0.bias": normal(rng, width)}
    state |= {"head.0.weight": normal(rng, width, width, 3, 3) / 2, "head.0.bias": normal(rng, width)}
    return state | {
        "head.3.weight": normal(rng, CLASSES, width * (h // 2) * (w // 2)) / 2,
        "head.3.bias": normal(rng, CLASSES),
    }


def build(subject, state, *, frozen=False):
    """The network with these weights, in the subject's process."""
    width, c_in = state["features.0.weight"].shape[:2]
    net = subject.TinyNet(c_in, width, CLASSES)
    net.load_state_dict(state)
    return net.requires_grad_(False) if frozen else net


def forward(state, x):
    """Outputs of the features and logits."""
    a = F.max_pool2d(torch.tanh(F.conv2d(x, state["features.0.weight"], state["features.0.bias"], padding=1)), 2)
    y = torch.tanh(F.conv2d(a, state["head.0.weight"], state["head.0.bias"], padding=1))
    return a, y.flatten(1) @ state["head.3.weight"].T + state["head.3.bias"]


def spec_cam(state, x, classes=None):
    """Grad-CAM of the features, image by image."""
    maps = []
    for b in range(len(x)):
        a, logits = forward(state, x[b : b + 1].clone().requires_grad_())
        k = int(logits.argmax()) if classes is None else int(classes[b])
        (grad,) = torch.autograd.grad(logits[0, k], a)
        cam = sum(grad[0, j].mean() * a[0, j].detach() for j in range(a.shape[1])).clamp(min=0)
        cam = F.interpolate(cam[None, None], x.shape[2:], mode="bilinear", align_corners=False)[0, 0]
        cam = cam - cam.min()
        maps.append(cam / cam.max() if cam.max() > 0 else cam)
    return torch.stack(maps)


def spec_saliency(state, x, classes=None):
    """Saliency, image by image."""
    maps = []
    for b in range(len(x)):
        one = x[b : b + 1].clone().requires_grad_()
        logits = forward(state, one)[1]
        (grad,) = torch.autograd.grad(logits[0, int(logits.argmax()) if classes is None else int(classes[b])], one)
        maps.append(grad[0].abs().max(dim=0).values)
    return torch.stack(maps)


def linear_state(weights):
    """A network whose features are nearly the image, halved, and whose logits read single channels."""
    state = random_state(np.random.default_rng(0), 2, 2)
    for part in ("features", "head"):
        state[f"{part}.0.weight"] = torch.zeros(2, 2, 3, 3)
        state[f"{part}.0.weight"][[0, 1], [0, 1], 1, 1] = 1e-2
        state[f"{part}.0.bias"] = torch.zeros(2)
    state["head.3.weight"] = torch.tensor(weights).repeat_interleave((H // 2) * (W // 2), dim=1)
    state["head.3.bias"] = torch.zeros(CLASSES)
    return state


def blocks(*values):
    """A map of H × W that is constant in columns of two pixels."""
    return torch.tensor(values).repeat_interleave(2).expand(H, W).clone()


def test_map_of_a_linear_network(candidate):
    """Where logits read single channels, the map of a class is that channel, scaled to 0 and 1."""
    state = linear_state([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0], [0.5, 0.5]])
    x = torch.stack([blocks(0.0, 1.0, 2.0, 3.0, 4.0), blocks(3.0, 3.0, 1.0, 1.0, 0.0)])[None]
    net = build(candidate, state)
    rows = {0: [0.0, 1, 2, 3, 4], 1: [3.0, 3, 1, 1, 0], 2: [0.0, 0, 1, 2, 4], 3: [3.0, 4, 3, 4, 4]}
    for k, row in rows.items():
        small = torch.tensor(row).expand(1, 1, 3, 5)
        big = F.interpolate(small, (H, W), mode="bilinear", align_corners=False)[0, 0]
        got = candidate.grad_cam(net, net.features, x, torch.tensor([k]))
        assert_close(got[0], (big - big.min()) / (big.max() - big.min()), rtol=1e-2, atol=1e-2)


def test_map_of_given_classes(candidate, rng):
    """Random networks and classes give the maps of the formula, image by image."""
    for b in (1, 3):
        state, x, classes = random_state(rng), normal(rng, b, 2, H, W), torch.from_numpy(rng.integers(CLASSES, size=b))
        net = build(candidate, state)
        assert_close(
            candidate.grad_cam(net, net.features, x, classes), spec_cam(state, x, classes), rtol=1e-3, atol=1e-3
        )


def test_map_of_the_likeliest_class(candidate, rng):
    """Without classes each image is explained for its greatest logit."""
    for _ in range(2):
        state, x = random_state(rng), normal(rng, 4, 2, H, W)
        net = build(candidate, state)
        assert_close(candidate.grad_cam(net, net.features, x), spec_cam(state, x), rtol=1e-3, atol=1e-3)


def test_each_image_is_scaled_by_itself(candidate, rng):
    """An image of small values has a map from 0 to 1 as well, and doesn't change the others."""
    state, x = random_state(rng), normal(rng, 3, 2, H, W)
    x[1] *= 1e-2
    net, classes = build(candidate, state), torch.tensor([1, 2, 0])
    got = candidate.grad_cam(net, net.features, x, classes)
    assert_shape(got, (3, H, W))
    for i in range(3):
        alone = candidate.grad_cam(net, net.features, x[i : i + 1], classes[i : i + 1])
        assert_close(got[i], alone[0], rtol=1e-3, atol=1e-3)


def test_other_layers(candidate, rng):
    """Any layer can be asked: the maps of the image itself are weighed if the layer is the first convolution's input."""
    state, x = random_state(rng), normal(rng, 2, 2, H, W)
    net, classes = build(candidate, state), torch.tensor([0, 3])
    a = [torch.tanh(F.conv2d(x, state["features.0.weight"], state["features.0.bias"], padding=1)).requires_grad_()]
    y = torch.tanh(F.conv2d(F.max_pool2d(a[0], 2), state["head.0.weight"], state["head.0.bias"], padding=1))
    logits = y.flatten(1) @ state["head.3.weight"].T
    (grad,) = torch.autograd.grad(logits[0, 0] + logits[1, 3], a[0])
    cam = (grad.mean(dim=(2, 3), keepdim=True) * a[0].detach()).sum(dim=1).clamp(min=0)
    cam = cam - cam.amin(dim=(1, 2), keepdim=True)
    got = candidate.grad_cam(net, net.features[1], x, classes)
    assert_close(got, cam / cam.amax(dim=(1, 2), keepdim=True), rtol=1e-3, atol=1e-3)


def test_saliency_of_given_classes(candidate, rng):
    """Saliency is the greatest absolute derivative of the logit over the channels of a pixel."""
    for b in (1, 3):
        state, x, classes = random_state(rng), normal(rng, b, 2, H, W), torch.from_numpy(rng.integers(CLASSES, size=b))
        assert_close(
            candidate.saliency(build(candidate, state), x, classes), spec_saliency(state, x, classes), atol=1e-5
        )


def test_saliency_of_the_likeliest_class(candidate, rng):
    """Saliency, too, explains the greatest logit where no class is given."""
    state, x = random_state(rng), normal(rng, 4, 2, H, W)
    assert_close(candidate.saliency(build(candidate, state), x), spec_saliency(state, x), atol=1e-5)


def test_logits_not_probabilities(candidate, rng):
    """Where the network is sure, the logit still has a gradient."""
    state, x = random_state(rng), normal(rng, 2, 2, H, W)
    state["head.3.bias"] = torch.tensor([40.0, 0.0, 0.0, 0.0])
    net, classes = build(candidate, state), torch.tensor([0, 0])
    assert_close(candidate.saliency(net, x, classes), spec_saliency(state, x, classes), atol=1e-5)
    assert_close(candidate.grad_cam(net, net.features, x), spec_cam(state, x), rtol=1e-3, atol=1e-3)


@pytest.mark.fine
def test_constant_maps(candidate):
    """A map that is the same everywhere, zero or not, is all zeros."""
    state = linear_state([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    net, x = build(candidate, state), torch.stack([blocks(*[2.0] * 5), blocks(0.0, 1.0, 2.0, 3.0, 4.0)])[None]
    state["head.0.weight"][0, 0, 1, 1] = 0  # no border effects where nothing is read
    for k in (1, 3):
        assert_close(candidate.grad_cam(net, net.features, x, torch.tensor([k])), torch.zeros(1, H, W))


@pytest.mark.fine
def test_dtypes_and_detached(candidate, rng):
    """Results keep float64 and need no gradient."""
    state, x = random_state(rng), normal(rng, 2, 2, H, W).double()
    net = build(candidate, state).double()
    for got in (candidate.grad_cam(net, net.features, x), candidate.saliency(net, x)):
        assert_dtype(got, torch.float64)
    with assert_raises(RuntimeError):
        gradients(candidate.grad_cam, net, net.features, x, wrt=(2,))
    with assert_raises(RuntimeError):
        gradients(candidate.saliency, net, x, wrt=(1,))
    double = {name: value.double() for name, value in state.items()}
    assert_close(candidate.grad_cam(net, net.features, x), spec_cam(double, x))
    assert_close(candidate.saliency(net, x), spec_saliency(double, x))


@pytest.mark.fine
def test_frozen_models(candidate, rng):
    """Parameters without gradients are no obstacle."""
    state, x = random_state(rng), normal(rng, 2, 2, H, W)
    net = build(candidate, state, frozen=True)
    assert_close(candidate.grad_cam(net, net.features, x), spec_cam(state, x), rtol=1e-3, atol=1e-3)
    assert_close(candidate.saliency(net, x), spec_saliency(state, x), atol=1e-5)


@pytest.mark.fine
def test_mode_stays(candidate, rng):
    """The model is in training or in evaluation afterwards as before."""
    net, x = build(candidate, random_state(rng)), normal(rng, 1, 2, H, W)
    for training in (True, False):
        net.train(training)
        assert_shape(candidate.grad_cam(net, net.features, x), (1, H, W))
        assert_shape(candidate.saliency(net, x), (1, H, W))
        assert_equal(net.training, training)


@pytest.mark.fine
def test_images_stay(candidate, rng):
    """The caller's images need no gradient afterwards, as before."""
    net, images = build(candidate, random_state(rng)), put(candidate, normal(rng, 1, 2, H, W))
    for answer in (candidate.grad_cam(net, net.features, images), candidate.saliency(net, images)):
        assert_shape(answer, (1, H, W))
        assert_equal(images.requires_grad, False)


@pytest.mark.fine
def test_gradients_of_parameters_stay(candidate, rng):
    """The gradients of the parameters are afterwards as before, whether there were none or some."""
    net, x = build(candidate, random_state(rng)), normal(rng, 2, 2, H, W)

    def length():
        # Nothing is that long, so nothing is clipped.
        return float(candidate.torch.nn.utils.clip_grad_norm_(net.parameters(), 1e12))

    for some in (False, True):
        if some:
            gradients(net, x)
        before = length()
        for function, args in ((candidate.grad_cam, (net, net.features, x)), (candidate.saliency, (net, x))):
            got = function(*args)
            assert_that(length() == before, "changes the gradients of the parameters", got)


@pytest.mark.scale
def test_one_pass_for_the_batch(candidate, reference, rng):
    """Thirty-two images take one forward and one backward pass."""
    state, x = random_state(rng), normal(rng, 32, 2, H, W)

    def prepare(subject, rng):
        net, images = build(subject, state), put(subject, x)
        return lambda: [subject.grad_cam(net, net.features, images), subject.saliency(net, images)]

    speed(candidate, reference, prepare, rng, limit=6)
