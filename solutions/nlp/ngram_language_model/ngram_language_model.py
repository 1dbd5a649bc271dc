"""An n-gram language model with add-k smoothing."""

from __future__ import annotations

import math
from collections import Counter

START, END, UNKNOWN = "<s>", "</s>", "<unk>"


class NGramLM:
    """Language model that predicts a word from the n - 1 words before it.

    Parameters
    ----------
    n : int
        Length of the n-grams, at least 1.
    k : float, default=1.0
        What is added to every count, not negative.
    min_count : int, default=1
        How often a token must be seen to be in the vocabulary, at least 1.

    Raises
    ------
    ValueError
        If a parameter is too small.

    Examples
    --------
    >>> lm = NGramLM(2).fit([["a", "b"]])
    >>> lm.prob("b", ["a"])
    0.4
    """

    def __init__(self, n: int, k: float = 1.0, min_count: int = 1) -> None:
        if n < 1 or k < 0 or min_count < 1:
            raise ValueError(f"n and min_count must be at least 1 and k at least 0, got {n}, {min_count} and {k}")
        self.n, self.k, self.min_count = n, k, min_count

    def fit(self, sents: list[list[str]]) -> NGramLM:
        """Count the n-grams of a corpus.

        Parameters
        ----------
        sents : list of list of str
            Sentences, each a list of tokens.

        Returns
        -------
        NGramLM
            The model itself.
        """
        seen = Counter(token for sent in sents for token in sent)
        self._vocabulary = {token for token, count in seen.items() if count >= self.min_count} | {UNKNOWN, END}
        self._pairs: Counter[tuple[tuple[str, ...], str]] = Counter()
        for sent in sents:
            self._pairs.update(self._predictions(sent))
        self._histories: Counter[tuple[str, ...]] = Counter()
        for (history, _), count in self._pairs.items():
            self._histories[history] += count
        return self

    def prob(self, word: str, context: list[str]) -> float:
        """Return the probability of a word after a context.

        Parameters
        ----------
        word : str
            The word that follows.
        context : list of str
            Tokens before it; the last n - 1 are used.

        Returns
        -------
        float
            Probability from 0 to 1.
        """
        padded = [START] * (self.n - 1) + [t if t == START else self._known(t) for t in context]
        return self._smoothed(tuple(padded[len(context) :]), self._known(word))

    def log_prob(self, sent: list[str]) -> float:
        """Return the natural logarithm of the probability of a sentence, its end included.

        Parameters
        ----------
        sent : list of str
            Tokens.

        Returns
        -------
        float
            At most 0; -inf for an impossible sentence.
        """
        probabilities = [self._smoothed(history, word) for history, word in self._predictions(sent)]
        return sum(map(math.log, probabilities)) if min(probabilities) > 0 else -math.inf

    def perplexity(self, sents: list[list[str]]) -> float:
        """Return the exponential of the mean negative log probability of a predicted token.

        Parameters
        ----------
        sents : list of list of str
            Sentences, at least one.

        Returns
        -------
        float
            At least 1.

        Raises
        ------
        ValueError
            If there are no sentences.
        """
        if not sents:
            raise ValueError("the perplexity of no sentences is not defined")
        return math.exp(-sum(map(self.log_prob, sents)) / sum(len(sent) + 1 for sent in sents))

    def generate(self, u: list[float], max_len: int) -> list[str]:
        """Draw a sentence by inverting the cumulative distribution.

        Parameters
        ----------
        u : list of float
            Uniform numbers from [0, 1), one a token.
        max_len : int
            Greatest number of tokens.

        Returns
        -------
        list of str
            Tokens, without the end of the sentence.
        """
        text: list[str] = []
        for threshold in u[:max_len]:
            cumulative = 0.0
            for word in sorted(self._vocabulary):
                cumulative += self.prob(word, text)
                if cumulative > threshold:
                    break
            if word == END:
                break
            text.append(word)
        return text

    def _known(self, token: str) -> str:
        return token if token in self._vocabulary else UNKNOWN

    def _predictions(self, sent: list[str]) -> list[tuple[tuple[str, ...], str]]:
        """Pair each word of a sentence, and its end, with the history that predicts it."""
        padded = [START] * (self.n - 1) + [self._known(token) for token in sent] + [END]
        return [(tuple(padded[i : i + self.n - 1]), padded[i + self.n - 1]) for i in range(len(sent) + 1)]

    def _smoothed(self, history: tuple[str, ...], word: str) -> float:
        total = self._histories[history] + self.k * len(self._vocabulary)
        return (self._pairs[history, word] + self.k) / total if total > 0 else 0.0
