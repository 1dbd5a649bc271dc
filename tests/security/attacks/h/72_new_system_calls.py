# Tries the calls that hide their arguments behind a pointer, and those that the grader may not know.
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
    ("openat2", (437, 437), (-100, path, (2).to_bytes(8, "little") + bytes(16), 24)),
    ("clone3", (435, 435), (bytes(88), 88)),
    ("io_uring_setup", (425, 425), (8, bytes(120))),
    ("open_tree", (428, 428), (-100, b"/", 1)),
    ("fsopen", (430, 430), (b"tmpfs", 0)),
    ("pidfd_open", (434, 434), (@PARENT_PID@, 0)),
    ("landlock_create_ruleset", (444, 444), (bytes(8), 8, 0)),
    ("listmount", (458, 458), (bytes(24), bytes(64), 8, 0)),
    ("lsm_list_modules", (461, 461), (bytes(64), (64).to_bytes(4, "little"), 0)),
    ("open_tree_attr", (467, 467), (-100, b"/", 1, 0, 0)),
    ("number 500", (500, 500), (0, 0)),
):
    print("opened" if call(*numbers, *arguments) >= 0 else "refused", name)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
