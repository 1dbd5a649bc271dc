"""The reference of the backtest against scikit-learn's splits and metric, and a convolution."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import TimeSeriesSplit


@pytest.mark.parametrize(("gap", "max_train"), [(0, None), (2, None), (0, 4), (3, 5)])
def test_splits_agree_with_scikit_learn(reference, gap, max_train):
    """Training and test rows are those of TimeSeriesSplit."""
    library = TimeSeriesSplit(3, test_size=4, gap=gap, max_train_size=max_train).split(np.zeros(21))
    ours = reference("time_series_backtest").time_series_splits(21, 3, 4, gap, max_train)
    for (train, test), (other_train, other_test) in zip(ours, library, strict=True):
        np.testing.assert_array_equal(train, other_train)
        np.testing.assert_array_equal(test, other_test)


def test_features_and_error_agree_with_numpy(reference):
    """Windows are those of a convolution, and the error a ratio of scikit-learn's."""
    rng, module = np.random.default_rng(0), reference("time_series_backtest")
    x = rng.normal(size=40)
    got = module.lag_features(x, [3], [6])
    np.testing.assert_allclose(got[6:, 1], np.convolve(x, np.full(6, 1 / 6), "valid")[:-1])
    np.testing.assert_array_equal(got[3:, 0], x[:-3])
    expected = mean_absolute_error(x[:5], x[5:10]) / mean_absolute_error(x[10:33], x[17:])
    np.testing.assert_allclose(module.mase(x[:5], x[5:10], x[10:], 7), expected)
