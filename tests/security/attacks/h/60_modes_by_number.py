# Changes modes, times and attributes by the numbers of the system calls, old and new.
# exercise: softmax
# verdict: wrong
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


path = b"@CHECKOUT@/secret.txt"
for name, numbers, arguments in (
    ("chmod", (90, None), (path, 0o777)),
    ("fchmodat", (268, 53), (-100, path, 0o777)),
    ("fchmodat2", (452, 452), (-100, path, 0o777, 0)),
    ("chown", (92, None), (path, 1, 1)),
    ("fchownat", (260, 54), (-100, path, 1, 1, 0)),
    ("utime", (132, None), (path, 0)),
    ("utimes", (235, None), (path, 0)),
    ("futimesat", (261, None), (-100, path, 0)),
    ("utimensat", (280, 88), (-100, path, 0, 0)),
    ("setxattr", (188, 5), (path, b"user.kata", b"x", 1, 0)),
    ("setxattrat", (463, 463), (-100, path, 0, b"user.kata", b"x" * 16, 16)),
    ("file_setattr", (469, 469), (-100, path, b"\0" * 32, 24, 0)),
    ("truncate", (76, 45), (path, 0)),
    ("creat", (85, None), (path, 0o644)),
    ("mknodat", (259, 33), (-100, path + b".node", 0o100644, 0)),
    ("symlinkat", (266, 36), (b"/", -100, path + b".link")),
):
    print("gained" if call(*numbers, *arguments) == 0 else "refused", name)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
