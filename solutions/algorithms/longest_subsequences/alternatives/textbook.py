"""Lecture style: tables filled by two loops, parents for the increasing one, a walk back from the corner for the common one."""


def lis(a, strict=True):
    """Quadratic dynamic programming."""
    n = len(a)
    dp = [1] * n
    parent = [-1] * n
    for i in range(n):
        for j in range(i):
            if (a[j] < a[i] or (not strict and a[j] == a[i])) and dp[j] + 1 > dp[i]:
                dp[i] = dp[j] + 1
                parent[i] = j
    i = dp.index(max(dp))
    result = []
    while i != -1:
        result.append(a[i])
        i = parent[i]
    result.reverse()
    return result


def lcs(a, b):
    """The classic table."""
    dp = _table(a, b)
    i, j = len(a), len(b)
    result = []
    while i > 0 and j > 0:
        if a[i - 1] == b[j - 1]:
            result.append(a[i - 1])
            i -= 1
            j -= 1
        elif dp[i - 1][j] >= dp[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return result[::-1]


def lcs_length(a, b):
    """The corner of the table."""
    return _table(a, b)[len(a)][len(b)]


def _table(a, b):
    """Lengths for all pairs of beginnings."""
    m, n = len(a), len(b)
    dp = [[0] * (n + 1) for _ in range(m + 1)]
    for i in range(1, m + 1):
        for j in range(1, n + 1):
            if a[i - 1] == b[j - 1]:
                dp[i][j] = dp[i - 1][j - 1] + 1
            else:
                dp[i][j] = max(dp[i - 1][j], dp[i][j - 1])
    return dp
