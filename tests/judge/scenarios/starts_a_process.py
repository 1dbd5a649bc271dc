import numpy as np

def double(x):
    import subprocess
    subprocess.run(['true'])
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
