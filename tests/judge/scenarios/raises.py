import numpy as np

def double(x):
    raise KeyError('lost')


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
