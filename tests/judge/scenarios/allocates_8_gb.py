import numpy as np

def double(x):
    return np.ones(2**30)


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
