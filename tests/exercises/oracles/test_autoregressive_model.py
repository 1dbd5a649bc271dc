"""The reference of the autoregression against scikit-learn's regression and the theory of an AR(2) process."""

import numpy as np
import pytest
from scipy.signal import lfilter
from sklearn.linear_model import LinearRegression


@pytest.mark.parametrize("seed", range(4))
def test_fit_agrees_with_scikit_learn(reference, seed):
    """Intercept, coefficients and forecasts are those of a regression on lagged columns."""
    rng = np.random.default_rng(seed)
    x, p = rng.normal(size=60).cumsum(), 1 + seed
    lags = np.column_stack([x[p - k : 60 - k] for k in range(1, p + 1)])
    model, module = LinearRegression().fit(lags, x[p:]), reference("autoregressive_model")
    c, phi = module.fit_ar(x, p)
    np.testing.assert_allclose([c, *phi], [model.intercept_, *model.coef_], rtol=1e-8)
    np.testing.assert_allclose(module.forecast_ar(x, c, phi, 1), model.predict(x[None, : -p - 1 : -1]), rtol=1e-9)


def test_long_series_has_its_theory(reference):
    """A simulated AR(2) series has the correlations of the Yule-Walker equations, and gives back its coefficients."""
    rng, phi = np.random.default_rng(0), np.array([0.6, 0.25])
    x = lfilter([1.0], [1.0, *-phi], rng.normal(size=200_000)) + 10.0
    module = reference("autoregressive_model")
    first = phi[0] / (1 - phi[1])
    np.testing.assert_allclose(module.acf(x, 2), [1.0, first, phi[0] * first + phi[1]], atol=0.01)
    np.testing.assert_allclose(module.fit_ar(x, 2)[1], phi, atol=0.01)
