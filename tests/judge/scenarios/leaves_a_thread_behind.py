import numpy as np

def double(x):
    import threading
    
    def spin():
        while True:
            pass
    
    threading.Thread(target=spin, daemon=True).start()
    return 2 * x


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
