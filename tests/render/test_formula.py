"""Formulas in LaTeX as the text of a terminal."""

# ruff: noqa: RUF001 - signs of formulas look like others
from __future__ import annotations

import pytest

from grader.render.formula import displayed, in_line

LINES = {
    r"u_0\,n": "u₀ n",
    r"P_j-P_i": "Pⱼ - Pᵢ",
    r"-\infty": "-∞",
    r"2^{-52}": "2⁻⁵²",
    r"L_{i-1,\,j}": "L_(i-1, j)",
    r"T_\text{observed}": "T_observed",
    r"V^\top \hat x": "Vᵀx̂",
    r"\bar x \pm \tilde y": "x̄ ± ỹ",
    r"\mathbf x \in \mathbb R^n": "𝐱 ∈ ℝⁿ",
    r"\mathcal N(0, \text{noise\_var})": "𝒩(0, noise_var)",
    r"\operatorname{erf}(x / \sqrt2)": "erf(x/√2)",
    r"\sqrt{x + 1}": "√(x + 1)",
    r"\tfrac12 (p + q)": "½(p + q)",
    r"\frac{1 + s}{10 + s}": "(1 + s)/(10 + s)",
    r"h - \frac{1}{2\beta}": "h - 1/(2β)",
    r"\frac{\alpha}{r} B": "(α/r)B",
    r"\sum_{i \le t} x_i": "∑_(i≤t) xᵢ",
    r"\log\sum_j e^{x_j}": "log ∑ⱼ e^xⱼ",
    r"\lVert x - y\rVert^2": "‖x - y‖²",
    r"\Bigl(\lfloor h/G \rfloor\Bigr)": "(⌊h/G⌋)",
    r"P(c \mid x) \propto \prod_j p_j": "P(c | x) ∝ ∏ⱼ pⱼ",
    r"b \mathrel{+}= 1": "b += 1",
    r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}": "{1 if x > 0; 0 else}",
    r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}": "[a b; c d]",
    r"\unheardof{x} + 1": "unheardof x + 1",
    r"\frac{1}{": "1/()",
}  # fmt: skip

DISPLAYS = {
    r"\frac{x_i}{\sqrt d} + 1": "xᵢ\n── + 1\n√d",
    r"\Bigl(\frac{a}{b}\Bigr)^2": "⎛ a ⎞²\n⎜ ─ ⎟\n⎝ b ⎠",
    r"\sum_{k=1}^{K} k": " K\n ∑  k\nk=1",
    r"x = \begin{cases} 1 & \text{if } y, \\ 0 & \text{otherwise.} \end{cases}": (
        "    ⎧ 1   if y,\nx = ⎨\n    ⎩ 0   otherwise."
    ),
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "⎛ a  b ⎞\n⎝ c  d ⎠",
    r"\left\lfloor \frac{n}{2} \right\rfloor": "⎢ n ⎥\n⎢ ─ ⎥\n⎣ 2 ⎦",
}


@pytest.mark.parametrize("latex", LINES)
def test_a_formula_in_a_line(latex: str) -> None:
    """Symbols, scripts, accents, roots, fractions and tables are one line of text, whose brackets say what belongs together."""
    assert in_line(latex) == LINES[latex]


@pytest.mark.parametrize("latex", DISPLAYS)
def test_a_displayed_formula(latex: str) -> None:
    """Fractions, limits, cases and matrices stand above each other, and brackets are as tall as what they hold."""
    assert displayed(latex, 60) == DISPLAYS[latex]


def test_a_wide_formula_is_broken_where_its_parts_end() -> None:
    """What does not fit goes to the next line: first at wide spaces, then before an operator, indented."""
    assert displayed(r"a = b \qquad c = d", 20) == "a = b    c = d"
    assert displayed(r"a = b \qquad c = d", 10) == "a = b\nc = d"
    assert displayed(r"y = aaaa + bbbb + cccc + dddd", 20) == "y = aaaa + bbbb\n    +cccc + dddd"


def test_fractions_can_be_kept_in_a_line() -> None:
    """On a low screen a displayed formula takes one line for each part."""
    assert displayed(r"\frac{a}{b + 1} \qquad c", 60, tall=False) == "a/(b + 1)    c"
