import sys


def double(x):
    print("one\0two")
    print("half a pair: \ud800 bell: \a")
    print("to stderr", file=sys.stderr)
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
