"""As the introduction to reinforcement learning tells it: sweeps in place, state by state, and evaluation by sweeps as well."""

import numpy as np


def _values(P, R, gamma, V, s):
    """Value of each action in a state."""
    q = np.zeros(R.shape[1])
    for a in range(R.shape[1]):
        for t in range(len(V)):
            q[a] += P[s, a, t] * V[t]
        q[a] = R[s, a] + gamma * q[a]
    return q


def value_iteration(P, R, gamma, tol=1e-8):
    """Overwrite the values as you go."""
    V = np.zeros(len(P))
    delta = np.inf
    while delta > tol:
        delta = 0
        for s in range(len(P)):
            v = V[s]
            V[s] = max(_values(P, R, gamma, V, s))
            delta = max(delta, abs(v - V[s]))
    return V, np.array([np.argmax(_values(P, R, gamma, V, s)) for s in range(len(P))])


def policy_evaluation(P, R, gamma, pi):
    """Sweeps for the actions of the policy."""
    V = np.zeros(len(P))
    delta = np.inf
    while delta > 1e-8:
        delta = 0
        for s in range(len(P)):
            v = V[s]
            V[s] = _values(P, R, gamma, V, s)[pi[s]]
            delta = max(delta, abs(v - V[s]))
    return V


def policy_iteration(P, R, gamma):
    """Evaluation and improvement in turn."""
    policy = np.zeros(len(P), dtype=int)
    n = 0
    stable = False
    while not stable:
        V = policy_evaluation(P, R, gamma, policy)
        stable = True
        for s in range(len(P)):
            best = np.argmax(_values(P, R, gamma, V, s))
            if best != policy[s]:
                policy[s] = best
                stable = False
        n += 1
    return V, policy, n


def finite_horizon(P, R, H):
    """From the last step to the first."""
    V, policy = np.zeros((H + 1, len(P))), np.zeros((H, len(P)), dtype=int)
    for t in range(H - 1, -1, -1):
        for s in range(len(P)):
            q = _values(P, R, 1.0, V[t + 1], s)
            V[t, s], policy[t, s] = max(q), np.argmax(q)
    return V, policy
