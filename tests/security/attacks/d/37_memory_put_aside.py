# Has its memory written to the swap space, or takes it from the pool of huge pages, so that it does not count.
# exercise: softmax
# verdict: wrong, raised, out_of_memory, crashed, timed_out
# unsafe: it would fill the swap space of the machine
import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
PIECE = 64 * 2**20


def softmax(x, axis=-1, keepdims=False):
    for extra in (0x40000, 0):
        for _ in range(32):
            place = libc.mmap(None, PIECE, 3, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | extra, -1, 0)
            if place in (None, 2**64 - 1):
                break
            ctypes.memset(place, 1, PIECE)
            libc.madvise(place, PIECE, 20)
            libc.madvise(place, PIECE, 21)
    return 0.0


logsumexp = log_softmax = softmax
