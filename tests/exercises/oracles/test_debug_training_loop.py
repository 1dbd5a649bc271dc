"""The reference of debug_training_loop against torch.optim, scikit-learn's scaler and torch's data loader."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import StandardScaler


@pytest.mark.parametrize("seed", range(3))
def test_epochs_agree_with_torch_optim(reference, seed):
    """Two epochs give the weights and losses of torch's own SGD on the same batches."""
    solution = reference("debug_training_loop")
    torch.manual_seed(seed)
    X, y = torch.randn(20, 2, 6, 6), torch.randint(3, (20,))
    ours, theirs = solution.Net(2, 3), solution.Net(2, 3)
    theirs.load_state_dict(ours.state_dict())
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.3)
    for epoch in range(2):
        torch.manual_seed(epoch)
        got = solution.train_epoch(ours, X, y, 0.3, 8)
        torch.manual_seed(epoch)
        theirs.train()
        losses = []
        for xb, yb in solution.batches(X, y, 8):
            optimizer.zero_grad()
            loss = torch.nn.CrossEntropyLoss()(theirs(xb), yb)
            loss.backward()
            optimizer.step()
            losses += [loss.item()] * len(yb)
        assert got == pytest.approx(np.mean(losses), rel=1e-5)
    for mine, other in zip(ours.state_dict().values(), theirs.state_dict().values()):
        torch.testing.assert_close(mine, other)


def test_standardise_agrees_with_sklearn(reference):
    """Channels are standardised as StandardScaler does when it is fitted to the training pixels."""
    solution = reference("debug_training_loop")
    rng = np.random.default_rng(0)
    train, val = rng.normal(5, 3, size=(6, 4, 5, 3)), rng.normal(4, 2, size=(2, 4, 5, 3))
    scaler = StandardScaler().fit(train.reshape(-1, 3))
    got = solution.standardise(*(solution.channels_first(torch.tensor(part)) for part in (train, val)))
    for mine, part in zip(got, (train, val)):
        expected = scaler.transform(part.reshape(-1, 3)).reshape(part.shape)
        np.testing.assert_allclose(mine.numpy(), np.moveaxis(expected, 3, 1), rtol=1e-10, atol=1e-12)


def test_accuracy_agrees_with_sklearn(reference):
    """The accuracy of a network in evaluation mode is sklearn's."""
    solution = reference("debug_training_loop")
    torch.manual_seed(0)
    model = solution.Net(2, 4).eval()
    X, y = torch.randn(50, 2, 6, 6), torch.randint(4, (50,))
    with torch.no_grad():
        predicted = model(X).argmax(1)
    assert solution.accuracy(model.train(), X, y) == pytest.approx(accuracy_score(y, predicted))
