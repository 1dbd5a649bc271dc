# Leaves messages in queues, shared memory and locks on files that every run can read.
# exercise: softmax
# verdict: wrong
# unsafe: it would leave messages in the kernel of the machine
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"


def call(x86, arm, *arguments):
    """Make a system call by its number; a call that the machine lacks fails."""
    number = arm if ARM else x86
    if number is None:
        return -1
    return libc.syscall(number, *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))


import fcntl

for name, numbers, arguments in (
    ("shmget", (29, 194), (0x4B415441, 4096, 0o1666)),
    ("msgget", (68, 186), (0x4B415441, 0o1666)),
    ("semget", (64, 190), (0x4B415441, 1, 0o1666)),
    ("mq_open", (240, 180), (b"kata", 0o102, 0o666, 0)),
    ("memfd_create", (319, 279), (b"kata", 0)),
    ("add_key", (248, 217), (b"user", b"kata", b"message", 7, -3)),
    ("flock", (73, 32), (0, 1)),
):
    print("opened" if call(*numbers, *arguments) >= 0 else "refused", name)
with open(os.__file__) as file:
    for deed in (
        lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 7),
        lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
        lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    ):
        try:
            deed()
            print("gained a lock")
        except OSError as error:
            print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
