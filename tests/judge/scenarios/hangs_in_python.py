import numpy as np

def double(x):
    while True:
        pass


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
