"""An n-gram language model with add-k smoothing."""

from __future__ import annotations


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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
