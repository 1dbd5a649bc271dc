import numpy as np

def double(x):
    return x / (x - x)


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
