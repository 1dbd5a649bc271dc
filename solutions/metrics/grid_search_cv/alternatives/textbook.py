"""As a blog writes it: chained fit and predict, a list of combinations, argmax over the means."""

from itertools import product

import numpy as np


def cross_val_score(make_model, X, y, splits, metric):
    """Comprehension."""
    return [metric(y[te], make_model().fit(X[tr], y[tr]).predict(X[te])) for tr, te in splits]


def grid_search(make_model, grid, X, y, splits, metric):
    """All combinations."""
    keys = list(grid.keys())
    combos = [dict(zip(keys, v)) for v in product(*[grid[k] for k in keys])]
    results = []
    for combo in combos:
        scores = np.array(cross_val_score(lambda c=combo: make_model(**c), X, y, splits, metric))
        results.append((combo, scores.mean(), scores.std()))
    best = int(np.argmax([r[1] for r in results]))
    final = make_model(**combos[best])
    final.fit(X, y)
    return combos[best], results[best][1], results, final
