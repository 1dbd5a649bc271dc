import numpy as np

def double(x):
    return pow(3, 10**9)


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
