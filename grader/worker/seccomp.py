"""The system call filter: what a submission has no use for is refused with EPERM.

The filter is a list of refusals, with every call newer than the list refused as unknown.  A list of permissions would
be shorter to trust but breaks on each new C library; the kernel features that matter are all named here.
Source: Linux kernel documentation, "Seccomp BPF"; numbers from the kernel's system call tables.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Final

_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2

_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_EPERM: Final = 0x00050000 | 1
_ENOSYS: Final = 0x00050000 | 38

_LOAD: Final = 0x20
_JUMP_EQUAL: Final = 0x15
_JUMP_GREATER_EQUAL: Final = 0x35
_JUMP_SET: Final = 0x45
_RETURN: Final = 0x06

_NUMBER: Final = 0
_ARCH: Final = 4
_X32_BIT: Final = 0x40000000
_LAST_KNOWN: Final = 462

_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# Name: number on x86_64, number on aarch64; None where the architecture has no such call.
_REFUSED: Final[dict[str, tuple[int | None, int | None]]] = {
    # other processes
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "setpgid": (109, 154), "setsid": (112, 157), "setpriority": (141, 140),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "ioprio_set": (251, 30), "migrate_pages": (256, 238), "move_pages": (279, 239),
    "setrlimit": (160, 164), "unshare": (272, 97), "setns": (308, 268), "personality": (135, 92),
    # network and messages
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242), "bind": (49, 200),
    "listen": (50, 201), "sendmsg": (46, 211), "sendmmsg": (307, 269), "recvmsg": (47, 212), "recvmmsg": (299, 243),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "msgget": (68, 186), "msgsnd": (69, 189),
    "msgrcv": (70, 188), "msgctl": (71, 187), "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191),
    "semtimedop": (220, 192), "mq_open": (240, 180), "mq_unlink": (241, 181), "flock": (73, 32),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # the kernel
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "userfaultfd": (323, 282), "perf_event_open": (298, 241), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "acct": (163, 89), "syslog": (103, 116),
    "vhangup": (153, 58), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
}  # fmt: skip
_CLONE: Final = (56, 220)
_CLONE3: Final = (435, 435)
_KILL_CALL: Final = (62, 129)
_TGKILL: Final = (234, 131)
_PRCTL: Final = (157, 167)
_PRLIMIT64: Final = (302, 261)
_FCNTL: Final = (72, 25)
_IOCTL: Final = (16, 29)

_CLONE_THREAD: Final = 0x10000
_SET_DEATH_SIGNAL: Final = 1
_SET_PTRACER: Final = 0x59616D61
_OWNER_COMMANDS: Final = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: they send signals on behalf of a file
_PUSH_INPUT: Final = 0x5412  # TIOCSTI


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def program(machine: str, pid: int) -> bytes:
    """Assemble the filter for an architecture.

    Parameters
    ----------
    machine : str
        Name of the architecture, as `platform.machine` gives it.
    pid : int
        The process that may signal itself.

    Returns
    -------
    bytes
        Instructions of 8 bytes each.

    Raises
    ------
    OSError
        If the architecture has no table.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(0, f"there is no system call table for {machine}")
    arch, column = _ARCHITECTURES[machine]

    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("<HBBI", code, then, otherwise, value)

    def argument(index: int) -> int:
        return 16 + 8 * index

    code = [
        step(_LOAD, _ARCH), step(_JUMP_EQUAL, arch, 1, 0), step(_RETURN, _KILL),
        step(_LOAD, _NUMBER),
        step(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1), step(_RETURN, _EPERM),
        step(_JUMP_GREATER_EQUAL, _LAST_KNOWN + 1, 0, 1), step(_RETURN, _ENOSYS),
        # clone3 hides its flags behind a pointer; without it the C library falls back to clone.
        step(_JUMP_EQUAL, _CLONE3[column], 0, 1), step(_RETURN, _ENOSYS),
    ]  # fmt: skip
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += [step(_JUMP_EQUAL, number, 0, 1), step(_RETURN, _EPERM)]

    def guarded(number: int, *test: bytes) -> list[bytes]:
        # The test falls through to the refusal or jumps over it; nothing else looks at the number afterwards.
        body = [*test, step(_RETURN, _EPERM), step(_RETURN, _ALLOW)]
        return [step(_JUMP_EQUAL, number, 0, len(body)), *body]

    code += guarded(_CLONE[column], step(_LOAD, argument(0)), step(_JUMP_SET, _CLONE_THREAD, 1, 0))
    for number in (_KILL_CALL[column], _TGKILL[column]):
        code += guarded(number, step(_LOAD, argument(0)), step(_JUMP_EQUAL, pid, 1, 0))
    code += guarded(
        _PRLIMIT64[column],
        step(_LOAD, argument(2)), step(_JUMP_EQUAL, 0, 0, 2),
        step(_LOAD, argument(2) + 4), step(_JUMP_EQUAL, 0, 1, 0),
    )  # fmt: skip
    code += guarded(
        _PRCTL[column],
        step(_LOAD, argument(0)), step(_JUMP_EQUAL, _SET_DEATH_SIGNAL, 1, 0), step(_JUMP_EQUAL, _SET_PTRACER, 0, 1),
    )  # fmt: skip
    owner, signal_, owner_ex = _OWNER_COMMANDS
    code += guarded(
        _FCNTL[column],
        step(_LOAD, argument(1)), step(_JUMP_EQUAL, owner, 2, 0), step(_JUMP_EQUAL, signal_, 1, 0),
        step(_JUMP_EQUAL, owner_ex, 0, 1),
    )  # fmt: skip
    code += guarded(_IOCTL[column], step(_LOAD, argument(1)), step(_JUMP_EQUAL, _PUSH_INPUT, 0, 1))
    code.append(step(_RETURN, _ALLOW))
    return b"".join(code)


def install(libc: ctypes.CDLL) -> None:
    """Put the filter in force for this thread and every thread and process it starts.

    Parameters
    ----------
    libc : CDLL
        The C library, loaded with `use_errno`; `PR_SET_NO_NEW_PRIVS` must be set already.

    Raises
    ------
    OSError
        If the kernel refuses the filter or the architecture has no table.
    """
    instructions = program(platform.machine(), os.getpid())
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    holder = _Program(len(instructions) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(holder), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refused the system call filter")
