"""As a tutorial on the library's design writes it. No validation."""

from __future__ import annotations

import numpy as np


class Pipeline:
    """Steps by name."""

    def __init__(self, steps: list) -> None:
        self.steps = dict(steps)

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Pipeline:
        """Fit and transform along the way."""
        *transformers, model = self.steps.values()
        for t in transformers:
            t.fit(X, y)
            X = t.transform(X)
        model.fit(X, y)
        return self

    def _apply(self, X: np.ndarray) -> np.ndarray:
        for t in list(self.steps.values())[:-1]:
            X = t.transform(X)
        return X

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The model on transformed rows."""
        return list(self.steps.values())[-1].predict(self._apply(X))

    def transform(self, X: np.ndarray) -> np.ndarray:
        """All steps."""
        return list(self.steps.values())[-1].transform(self._apply(X))


class ColumnTransformer:
    """Parts side by side."""

    def __init__(self, parts: list, remainder: str = "drop") -> None:
        self.parts, self.remainder = parts, remainder

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> ColumnTransformer:
        """Each on its columns."""
        for _, t, cols in self.parts:
            t.fit(X[:, cols], y)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Concatenate."""
        out = [t.transform(X[:, cols]) for _, t, cols in self.parts]
        if self.remainder == "passthrough":
            used = [c for _, _, cols in self.parts for c in cols]
            out.append(X[:, [c for c in range(X.shape[1]) if c not in used]])
        return np.concatenate(out, axis=1)
