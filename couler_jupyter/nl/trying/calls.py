"""A filter of system calls (seccomp, Linux): what is left is to compute and to read.

The program of the filter is classic BPF, see
https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html. Calls that are
not listed fail as not permitted; files can be opened for reading only.
"""

from __future__ import annotations

import errno
import os
import platform
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _THIRD_ARGUMENT = 0, 4, 32
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OTHER_ABI = 0x40000000


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of a kind of machine: what it is, its `openat`, what it lets through."""

    architecture: int
    openat: int
    allowed: tuple[int, ...]


# read, write, close, fstat, poll, lseek, mmap, mprotect, munmap, brk, the signal calls,
# pread64, readv, writev, access, select, sched_yield, mremap, madvise, nanosleep, getpid,
# exit, uname, fcntl, getcwd, readlink, gettimeofday, getrusage, times, getuid and its kin,
# sigaltstack, gettid, futex, sched_getaffinity, getdents64, restart_syscall, the clocks,
# exit_group, newfstatat, readlinkat, faccessat(2), prlimit64 for reading, getrandom, statx,
# rseq and membarrier
_MACHINES: Mapping[str, _Machine] = {
    "x86_64": _Machine(
        0xC000003E,
        257,
        (
            *(
                0,
                1,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                15,
                17,
                19,
                20,
                21,
                23,
                24,
            ),
            *(25, 28, 35, 39, 60, 63, 72, 79, 89, 96, 98, 100, 102, 104, 107, 108, 131),
            *(
                186,
                202,
                204,
                217,
                219,
                228,
                229,
                230,
                231,
                262,
                267,
                269,
                318,
                324,
                332,
            ),
            *(334, 439),
        ),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        56,
        (
            *(
                17,
                25,
                48,
                57,
                61,
                62,
                63,
                64,
                65,
                66,
                67,
                72,
                73,
                78,
                79,
                80,
                93,
                94,
                98,
            ),
            *(99, 101, 113, 114, 115, 123, 124, 128, 132, 134, 135, 139, 153, 160, 165),
            *(
                169,
                172,
                174,
                175,
                176,
                177,
                178,
                214,
                215,
                216,
                222,
                226,
                233,
                278,
                283,
            ),
            *(291, 293, 439),
        ),
    ),
}


def filter_calls() -> bool:
    """Let only listed system calls through from now on; False where that cannot be."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.c_void_p))

    text = _program(machine)
    held = ctypes.create_string_buffer(text, len(text))
    program = Program(len(text) // 8, ctypes.cast(held, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)


def _program(machine: _Machine) -> bytes:
    """Return the filter: each line is an operation, two jumps, a number."""
    allowed = sorted(machine.allowed)
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
        (_EQUAL, 0, 5, machine.openat),
        (_LOAD, 0, 0, _THIRD_ARGUMENT),
        (_AND, 0, 0, _WRITES),
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
    ]
    for place, number in enumerate(allowed):
        lines.append((_EQUAL, len(allowed) - place, 0, number))
    lines += [(_RETURN, 0, 0, _FAIL | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
