"""The reference of the pipeline against scikit-learn, with scikit-learn's own steps."""

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler


@pytest.mark.parametrize("remainder", ["drop", "passthrough"])
def test_agrees_with_scikit_learn(reference, remainder):
    """Features and predictions for new rows agree."""
    rng, module = np.random.default_rng(0), reference("preprocessing_pipeline")
    X, y, Q = rng.normal(size=(30, 4)), rng.normal(size=30), rng.normal(size=(5, 4))

    def build(pipeline, columns):
        parts = [("scale", StandardScaler(), [3, 0]), ("range", MinMaxScaler(), [1])]
        prepared = columns(parts, remainder=remainder)
        return pipeline([("columns", prepared), ("powers", PolynomialFeatures(2)), ("model", Ridge())]).fit(X, y)

    ours, library = build(module.Pipeline, module.ColumnTransformer), build(Pipeline, ColumnTransformer)
    np.testing.assert_allclose(ours.predict(Q), library.predict(Q))
    features = module.Pipeline([("scale", StandardScaler()), ("range", MinMaxScaler())]).fit(X).transform(Q)
    expected = Pipeline([("scale", StandardScaler()), ("range", MinMaxScaler())]).fit(X).transform(Q)
    np.testing.assert_allclose(features, expected)
