import numpy as np

def double(x):
    loop = []
    loop.append(loop)
    return loop


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
