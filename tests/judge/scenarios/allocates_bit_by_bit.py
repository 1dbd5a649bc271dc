import numpy as np

def double(x):
    kept = []
    while True:
        kept.append(np.empty(2**21))


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
