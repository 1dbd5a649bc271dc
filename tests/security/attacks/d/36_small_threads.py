# Starts more threads than its memory could hold, all on one small stack, so that no other worker finds a process number.
# exercise: softmax
# verdict: raised, wrong, crashed, timed_out, out_of_memory
# unsafe: it would fill the process table of the machine
import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.clone.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
PAUSE = ctypes.cast(libc.pause, ctypes.c_void_p)
FLAGS = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000  # memory, files and signals of this process
PLACES = ctypes.create_string_buffer(2**20)


def softmax(x, axis=-1, keepdims=False):
    count = 0
    top = ctypes.addressof(PLACES) + 2**20 & ~15
    for count in range(1500):
        if libc.clone(PAUSE, top - 512 * count, FLAGS, None) < 0:
            print("threads end after", count)
            return 0.0
    time.sleep(1)
    print("gained", count, "threads")
    return 0.0


logsumexp = log_softmax = softmax
