"""As course assignments write it: a dictionary of Counters for each history, no checks."""

import math
from collections import Counter, defaultdict


class NGramLM:
    """Counters by history."""

    def __init__(self, n, k=1.0, min_count=1):
        self.n = n
        self.k = k
        self.min_count = min_count

    def fit(self, sents):
        """Count."""
        freq = Counter()
        for sent in sents:
            freq.update(sent)
        self.vocab = sorted([w for w in freq if freq[w] >= self.min_count] + ["<unk>", "</s>"])
        self.counts = defaultdict(Counter)
        for sent in sents:
            tokens = ["<s>"] * (self.n - 1) + self.replace(sent) + ["</s>"]
            for i in range(self.n - 1, len(tokens)):
                self.counts[tuple(tokens[i - self.n + 1 : i])][tokens[i]] += 1
        return self

    def replace(self, tokens):
        """Unknown words."""
        return [w if w in self.vocab or w == "<s>" else "<unk>" for w in tokens]

    def prob(self, word, context):
        """Formula."""
        context = ["<s>"] * (self.n - 1) + self.replace(context)
        history = tuple(context[len(context) - self.n + 1 :])
        (word,) = self.replace([word])
        counts = self.counts[history]
        return (counts[word] + self.k) / (sum(counts.values()) + self.k * len(self.vocab))

    def log_prob(self, sent):
        """Chain rule."""
        total = 0.0
        for i, word in enumerate(sent + ["</s>"]):
            total += math.log(self.prob(word, sent[:i]))
        return total

    def perplexity(self, sents):
        """Exponential of the mean."""
        n_tokens = sum(len(s) for s in sents) + len(sents)
        return math.exp(-sum(self.log_prob(s) for s in sents) / n_tokens)

    def generate(self, u, max_len):
        """Inverse transform sampling."""
        out = []
        while len(out) < max_len and len(out) < len(u):
            r = u[len(out)]
            for word in self.vocab:
                r -= self.prob(word, out)
                if r < 0:
                    break
            if word == "</s>":
                return out
            out.append(word)
        return out
