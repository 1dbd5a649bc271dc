"""As tutorials write it: a copy of the table, a target with a factor for the end, a temporal-difference error."""

import numpy as np


def q_learning(Q, transitions, alpha, gamma):
    """Off-policy control."""
    Q = Q.copy()
    for state, action, reward, next_state, done in transitions:
        td_target = reward + gamma * np.max(Q[next_state]) * (1 - done)
        Q[state, action] += alpha * (td_target - Q[state, action])
    return Q


def sarsa(Q, transitions, alpha, gamma):
    """On-policy control."""
    Q = Q.copy()
    for state, action, reward, next_state, next_action, done in transitions:
        td_target = reward + gamma * Q[next_state, next_action] * (1 - done)
        Q[state, action] += alpha * (td_target - Q[state, action])
    return Q


def expected_sarsa(Q, transitions, alpha, gamma, eps):
    """The expectation over the policy's next action."""
    Q = Q.copy()
    n_actions = Q.shape[1]
    for state, action, reward, next_state, done in transitions:
        policy = np.ones(n_actions) * eps / n_actions
        policy[np.argmax(Q[next_state])] += 1 - eps
        td_target = reward + gamma * np.dot(policy, Q[next_state]) * (1 - done)
        Q[state, action] += alpha * (td_target - Q[state, action])
    return Q


def double_q_learning(Qa, Qb, transitions, coins, alpha, gamma):
    """Two tables against the bias of the maximum."""
    Q1, Q2 = Qa.copy(), Qb.copy()
    for (state, action, reward, next_state, done), heads in zip(transitions, coins):
        if heads:
            best = np.argmax(Q1[next_state])
            td_target = reward + gamma * Q2[next_state, best] * (1 - done)
            Q1[state, action] += alpha * (td_target - Q1[state, action])
        else:
            best = np.argmax(Q2[next_state])
            td_target = reward + gamma * Q1[next_state, best] * (1 - done)
            Q2[state, action] += alpha * (td_target - Q2[state, action])
    return Q1, Q2
