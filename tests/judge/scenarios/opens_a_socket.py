import numpy as np

def double(x):
    import socket
    socket.socket()
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
