import numpy as np

def double(x):
    for _ in range(100):
        print('x' * 2**20)
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
