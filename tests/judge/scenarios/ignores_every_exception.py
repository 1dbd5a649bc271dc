import numpy as np

def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
