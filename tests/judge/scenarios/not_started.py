import numpy as np

def double(x):
    raise NotImplementedError


def total(x):
    raise NotImplementedError


def greet(x):
    raise NotImplementedError


