"""The reference of training_loop_early_stopping against scikit-learn's logistic regression and torch's own scheduler."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

LOSS = torch.nn.functional.cross_entropy


def data(seed, n):
    """Inputs and labels that are not separable."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    y = (x[:, :3] + rng.gumbel(size=(n, 3))).argmax(axis=1)
    return x, y


def loader(x, y, size):
    """Batches of a size, the last one smaller."""
    return [(torch.tensor(x[i : i + size]), torch.tensor(y[i : i + size])) for i in range(0, len(x), size)]


@pytest.mark.parametrize("seed", range(3))
def test_evaluation_agrees_with_sklearn(reference, seed):
    """Loss and accuracy are sklearn's, whatever the sizes of the batches."""
    torch.manual_seed(seed)
    x, y = data(seed, 50)
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.ReLU(), torch.nn.Linear(8, 3)
    ).double()
    loss, accuracy = reference("training_loop_early_stopping").evaluate(model, loader(x, y, 7), LOSS)
    with torch.no_grad():
        p = torch.softmax(model.eval()(torch.tensor(x)), 1).numpy()
    assert loss == pytest.approx(log_loss(y, p, labels=[0, 1, 2]), rel=1e-10)
    assert accuracy == pytest.approx(accuracy_score(y, p.argmax(1)))


def test_training_converges_to_logistic_regression(reference):
    """With one batch and many epochs, fit finds the maximum likelihood that sklearn finds."""
    solution = reference("training_loop_early_stopping")
    x, y = data(3, 200)
    model = torch.nn.Linear(4, 3).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    history = solution.fit(model, loader(x, y, 200), loader(x, y, 60), optimizer, LOSS, 400, 50)
    expected = LogisticRegression(C=1e8, tol=1e-8, max_iter=5000).fit(x, y).predict_proba(x)
    assert min(history["val_loss"]) == pytest.approx(log_loss(y, expected), rel=1e-4)
    assert solution.evaluate(model, loader(x, y, 60), LOSS)[0] == pytest.approx(min(history["val_loss"]), rel=1e-12)


@pytest.mark.parametrize("min_delta", [0.0, 0.125])
def test_stopping_agrees_with_reduce_on_plateau(reference, min_delta):
    """torch's scheduler counts bad epochs by the same rule, and acts when they exceed its patience."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, patience=2, threshold=min_delta, threshold_mode="abs", factor=0.5
        )
        stopping = reference("training_loop_early_stopping").EarlyStopping(3, min_delta)
        for value in (rng.integers(0, 16, 30) / 16).tolist():
            plateau.step(value)
            assert stopping.step(value) == (optimizer.param_groups[0]["lr"] < 1)
            if optimizer.param_groups[0]["lr"] < 1:
                break
