"""As lectures on dynamic programming write it: sweeps until the change is small, argmax, evaluate and improve."""

import numpy as np


def value_iteration(P, R, gamma, tol=1e-8):
    """Bellman backups until nothing changes much."""
    V = np.zeros(P.shape[0])
    while True:
        Q = R + gamma * np.einsum("sat,t->sa", P, V)
        V_new = Q.max(axis=1)
        delta = np.max(np.abs(V_new - V))
        V = V_new
        if delta < tol:
            break
    return V, np.argmax(R + gamma * P @ V, axis=1)


def policy_evaluation(P, R, gamma, pi):
    """One linear system."""
    S = P.shape[0]
    P_pi = P[np.arange(S), pi]
    R_pi = R[np.arange(S), pi]
    return np.linalg.solve(np.eye(S) - gamma * P_pi, R_pi)


def policy_iteration(P, R, gamma):
    """Evaluate, improve, until the policy is stable."""
    S = P.shape[0]
    policy = np.zeros(S, dtype=int)
    n = 0
    while True:
        V = policy_evaluation(P, R, gamma, policy)
        new = np.argmax(R + gamma * P @ V, axis=1)
        if np.array_equal(new, policy):
            return V, policy, n
        policy = new
        n += 1


def finite_horizon(P, R, H):
    """Backward induction."""
    S = P.shape[0]
    V = np.zeros((H + 1, S))
    policy = np.zeros((H, S), dtype=int)
    for t in reversed(range(H)):
        Q = R + P @ V[t + 1]
        V[t] = Q.max(axis=1)
        policy[t] = Q.argmax(axis=1)
    return V, policy
