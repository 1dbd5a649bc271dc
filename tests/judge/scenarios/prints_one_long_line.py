import sys


def double(x):
    sys.stdout.write("x" * 2**20)
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
