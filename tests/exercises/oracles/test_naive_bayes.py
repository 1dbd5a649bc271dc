"""The reference of naive Bayes against scikit-learn."""

import numpy as np
import pytest
from sklearn import naive_bayes


@pytest.mark.parametrize("seed", range(15))
def test_gaussian_agrees_with_scikit_learn(reference, seed):
    """Log-probabilities and predictions agree on normal features of three classes."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(40) % 3)
    X, Q = rng.normal(size=(40, 4)) + y[:, None], 3.0 * rng.normal(size=(20, 4))
    smoothing = float(rng.choice([1e-9, 0.1]))
    expected = naive_bayes.GaussianNB(var_smoothing=smoothing).fit(X, y)
    got = reference("naive_bayes").GaussianNB(smoothing).fit(X, y)

    np.testing.assert_allclose(got.predict_log_proba(Q), expected.predict_log_proba(Q), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(got.predict(Q), expected.predict(Q))


@pytest.mark.parametrize("seed", range(15))
def test_multinomial_agrees_with_scikit_learn(reference, seed):
    """Log-probabilities and predictions agree on counts of three classes with string labels."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.array(["a", "b", "c"])[np.arange(40) % 3])
    X, Q = rng.poisson(1.0, size=(40, 9)), rng.poisson(2.0, size=(20, 9))
    alpha = float(rng.choice([0.01, 1.0, 3.0]))
    expected = naive_bayes.MultinomialNB(alpha=alpha).fit(X, y)
    got = reference("naive_bayes").MultinomialNB(alpha).fit(X, y)

    np.testing.assert_allclose(got.predict_log_proba(Q), expected.predict_log_proba(Q), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(got.predict(Q), expected.predict(Q))
