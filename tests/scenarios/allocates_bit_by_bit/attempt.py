import numpy as np

def double(x):
    kept = []
    while True:
        kept.append(bytearray(2**24))


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
