"""Ratios measured side by side: what `nox -s bench` runs."""
