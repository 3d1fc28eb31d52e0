"""A seccomp filter: the system calls that a confined process has no business with fail with EPERM.

See seccomp(2). Files are the affair of Landlock or of the mount namespace; here are calls that reach other processes,
the kernel, the network, or a way around the other means. Calls newer than the filter "do not exist" (ENOSYS).
"""

from __future__ import annotations

import ctypes
import errno
import struct

from beast_lsp.sandbox import kernel

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOAD, _AND, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# The last call that was looked at (mseal); those of the x32 interface have greater numbers, too.
_NEWEST = 462
_INET, _INET6 = 2, 10
_STREAM, _SEQUENCED = 1, 5
_NEW_NAMESPACES = 0x7E020000
# Terminal input, flags and attributes of files, which are changed through a file that is open for reading.
_TIOCSTI, _SET_FLAGS, _SET_ATTRIBUTES = 0x5412, 0x40086602, 0x401C5820

# Name: the number on x86_64 and on aarch64 (-1: not there). Memory that belongs to no process (memfd_create, System V)
# would be seen by no watch.
_ALWAYS = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "mount_setattr": (442, 442),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "setns": (308, 268), "unshare": (272, 97),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "sethostname": (170, 161), "setdomainname": (171, 162), "iopl": (172, -1), "ioperm": (173, -1),
    "modify_ldt": (154, -1), "syslog": (103, 116), "fanotify_init": (300, 262), "vhangup": (153, 58),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "lookup_dcookie": (212, 18), "nfsservctl": (180, 42), "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}  # fmt: skip
# Without namespaces, these reach what the user's other processes have: shared memory, priorities, limits, and the
# attributes of files, which Landlock does not guard.
_WITHOUT_NAMESPACES = {
    "mq_open": (240, 180), "mq_unlink": (241, 181),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setattr": (314, 274), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setaffinity": (203, 122),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54), "utime": (132, -1),
    "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
}  # fmt: skip
# Where neither a namespace nor Landlock keeps signals within.
_SIGNALS = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET, _PAIR, _IOCTL, _PRLIMIT = (56, 220), 435, (41, 198), (53, 199), (16, 29), (302, 261)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def is_known_machine() -> bool:
    """Whether the numbers of this processor's system calls are known here."""
    return kernel.machine() in _AUDIT


def restrict(*, namespaces: bool, signals_kept: bool, sockets: bool) -> None:
    """Put the filter in force for this process and all that it starts; needs no_new_privs. Raises OSError.

    `sockets`: whether it may have sockets of the internet families (in a network namespace they reach nothing).
    """
    code = program(kernel.machine(), namespaces=namespaces, signals_kept=signals_kept, sockets=sockets)
    prog = _Program(len(code) // 8, code)
    kernel.prctl(kernel.SET_SECCOMP, 2, ctypes.pointer(prog))


def program(machine: str, *, namespaces: bool, signals_kept: bool, sockets: bool) -> bytes:
    """The filter as instructions of classic BPF for that machine."""
    column = list(_AUDIT).index(machine)
    refused = dict(_ALWAYS)
    if not namespaces:
        refused |= _WITHOUT_NAMESPACES
    if not signals_kept:
        refused |= _SIGNALS
    code = [_load(4), *_unless(_EQUAL, _AUDIT[machine], _KILL), _load(0)]
    code += [*_when(_GREATER, _NEWEST, _fail(errno.ENOSYS)), *_when(_EQUAL, _CLONE3, _fail(errno.ENOSYS))]
    for numbers in refused.values():
        if numbers[column] >= 0:
            code += _when(_EQUAL, numbers[column], _fail(errno.EPERM))
    code += _of_call(_CLONE[column], 0, _when(_ANY_BIT, _NEW_NAMESPACES, _fail(errno.EPERM)))
    families = (_INET, _INET6) if sockets else ()
    code += _of_call(_SOCKET[column], 0, [*_passed(families), _instruction(_RETURN, _fail(errno.EPERM))])
    # One of a pair of datagram sockets (to the kernel a raw one is such) can send to any other by its path.
    kinds = [_instruction(_AND, 0xF), *_passed((_STREAM, _SEQUENCED)), _instruction(_RETURN, _fail(errno.EPERM))]
    code += _of_call(_PAIR[column], 1, kinds)
    flags = (_TIOCSTI,) if namespaces else (_TIOCSTI, _SET_FLAGS, _SET_ATTRIBUTES)
    code += _of_call(_IOCTL[column], 1, [one for each in flags for one in _when(_EQUAL, each, _fail(errno.EPERM))])
    if not namespaces:
        code += _of_call(_PRLIMIT[column], 0, _unless(_EQUAL, 0, _fail(errno.EPERM)))
    return b"".join([*code, _instruction(_RETURN, _ALLOW)])


def _instruction(code: int, value: int, on_true: int = 0, on_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, on_true, on_false, value)


def _load(offset: int) -> bytes:
    return _instruction(_LOAD, offset)


def _fail(number: int) -> int:
    return _FAIL | number


def _when(test: int, value: int, result: int) -> list[bytes]:
    return [_instruction(test, value, 0, 1), _instruction(_RETURN, result)]


def _unless(test: int, value: int, result: int) -> list[bytes]:
    return [_instruction(test, value, 1, 0), _instruction(_RETURN, result)]


def _passed(values: tuple[int, ...]) -> list[bytes]:
    return [one for value in values for one in _when(_EQUAL, value, _ALLOW)]


def _of_call(number: int, argument: int, inner: list[bytes]) -> list[bytes]:
    """Instructions for one call: they see the low half of its argument, and end with the call's number loaded again."""
    inner = [_load(16 + 8 * argument), *inner, _load(0)]
    return [_instruction(_EQUAL, number, 0, len(inner)), *inner]
