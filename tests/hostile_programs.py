"""Programs that try to leave the sandbox, each in one way. What they reach is looked at from outside (hostile_runs)."""

from dataclasses import dataclass

# `T` names what there is to reach; `attempt` goes on whatever becomes of one attempt.
PRELUDE = """
import ctypes, json, os, signal, socket, struct, sys, threading, time
T = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
def attempt(function, *arguments):
    try:
        return function(*arguments)
    except BaseException:
        return None
def write(path, text="escaped"):
    with open(path, "w") as file:
        file.write(text)
def show(path):
    with open(path, errors="replace") as file:
        print(file.read())
"""


@dataclass(frozen=True)
class Hostile:
    """One program. `group` ones of the same kind can run one after another in one process; "alone" ones can't.

    `is_drastic`: without a sandbox it would end more than this benchmark, so it is not tried there.
    """

    name: str
    group: str
    code: str
    is_drastic: bool = False


def _programs(group, texts, drastic=()):
    return [Hostile(name, group, code, name in drastic) for name, code in texts.items()]


WRITES = {
    "write a new file in the home": "attempt(write, T['home'] + '/new')",
    "write over a file of the project": "attempt(write, T['file'])",
    "empty a file of the project": """
attempt(os.truncate, T['file'], 0)
attempt(os.open, T['file'], os.O_TRUNC | os.O_RDWR)""",
    "write to /etc": "attempt(write, T['etc'])",
    "write beside the temporary folder": "attempt(write, T['beside'])",
    "write through a symbolic link": """
def linked():
    os.symlink(T['project'], 'link')
    write('link/through_link')
attempt(linked)""",
    "write through a hard link": """
def hard():
    os.link(T['file'], 'hard')
    write('hard')
attempt(hard)""",
    "write through /proc/self/root and cwd": """
attempt(write, '/proc/self/root' + T['file'])
for number in (1, os.getppid()):
    attempt(write, f"/proc/{number}/root{T['file']}")""",
    "remove, rename and make folders": """
attempt(os.mkdir, T['project'] + '/folder')
attempt(os.rename, T['file'], T['project'] + '/renamed')
attempt(os.remove, T['file'])
attempt(os.rename, T['file'], 'taken')""",
    "change the mode, the times, the attributes": """
attempt(os.chmod, T['file'], 0o777)
attempt(os.utime, T['file'], (1, 1))
attempt(os.setxattr, T['file'], 'user.escaped', b'1')
attempt(lambda: os.fchmod(os.open(T['file'], os.O_RDONLY), 0o777))
attempt(lambda: os.utime(os.open(T['file'], os.O_RDONLY), (1, 1)))""",
    "make pipes and devices": """
attempt(os.mkfifo, T['project'] + '/pipe')
attempt(os.mknod, T['project'] + '/device', 0o60600, os.makedev(7, 0))""",
    "leave a file in shared memory": "attempt(write, '/dev/shm/' + T['token'])",
    "leave a semaphore and a segment": """
libc.shmget(T['key'], 4096, 0o1666)
libc.semget(T['key'], 1, 0o1666)""",
    "change the kernel's settings": "attempt(write, '/proc/sys/kernel/domainname', T['token'])",
    "mount it writable again": """
for source, target, flags in ((None, b'/', 32), (None, T['project'].encode(), 32 | 4096), (b'/', b'.', 4096)):
    libc.mount(source, target, None, ctypes.c_ulong(flags), None)
attempt(write, T['file'])""",
    "unmount, and look below": """
libc.umount2(b'/dev', 2)
libc.umount2(T['home'].encode(), 2)
attempt(write, T['file'])""",
    "a user namespace of its own": """
def nested():
    if libc.unshare(0x10020000) == 0:
        libc.mount(None, b'/', None, ctypes.c_ulong(32), None)
        write(T['file'])
if (child := os.fork()) == 0:
    attempt(nested)
    os._exit(0)
os.waitpid(child, 0)""",
    "the namespaces of others": """
for kind in ('mnt', 'pid', 'net', 'user'):
    for number in (1, os.getppid(), T['server'], T['victim']):
        attempt(lambda: libc.setns(os.open(f'/proc/{number}/ns/{kind}', os.O_RDONLY), 0))
attempt(write, T['file'])""",
    "leave by chroot": """
libc.chroot(b'.')
[attempt(os.chdir, '..') for _ in range(9)]
libc.chroot(b'.')
attempt(write, T['file'])""",
    "descriptors that were left open": """
for number in range(3, 512):
    attempt(os.write, number, b'escaped')
    attempt(lambda: write(f'/proc/self/fd/{number}/escaped'))""",
    "another program that writes": """
import subprocess
attempt(subprocess.run, ['/bin/sh', '-c', f"echo escaped > {T['file']}; echo escaped > {T['home']}/by_shell"])""",
    "a program in memory": """
def memory():
    file = os.memfd_create('program')
    os.write(file, open('/bin/sh', 'rb').read())
    if (child := os.fork()) == 0:
        attempt(os.execve, file, ['sh', '-c', f"echo escaped > {T['file']}"], {})
        os._exit(1)
    os.waitpid(child, 0)
attempt(memory)""",
    "block devices": """
def devices():
    for name in os.listdir('/dev'):
        if name.startswith(('vd', 'sd', 'nvme', 'loop', 'mem', 'kmsg')):
            attempt(lambda: os.close(os.open('/dev/' + name, os.O_WRONLY)) or print(T['secret']))
attempt(devices)""",
}
NETWORK = {
    "TCP to this machine": "attempt(socket.create_connection, ('127.0.0.1', T['tcp']), 1)",
    "TCP by the machine's own address": "attempt(socket.create_connection, (T['address'], T['tcp']), 1)",
    "UDP": """
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'escaped', ('127.0.0.1', T['udp'])))""",
    "a unix socket by its path": "attempt(lambda: socket.socket(socket.AF_UNIX).connect(T['unix']))",
    "an abstract unix socket": "attempt(lambda: socket.socket(socket.AF_UNIX).connect('\\0' + T['token']))",
    "a unix socket from a pair": """
attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'escaped', T['datagram']))""",
    "a raw unix socket from a pair": """
attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_RAW)[0].sendto(b'escaped', T['datagram']))""",
    "the system call itself": """
def raw():
    number = libc.syscall(41 if os.uname().machine == 'x86_64' else 198, 1, 1, 0)
    socket.socket(fileno=number).connect(T['unix'])
attempt(raw)""",
    "another program that connects": """
import subprocess
script = f"exec 3<>/dev/tcp/127.0.0.1/{T['tcp']}; echo escaped >&3"
attempt(lambda: subprocess.run(['/bin/bash', '-c', script], timeout=2))""",
    "packets and links": """
for family in (16, 17, 38, 40):
    attempt(lambda: socket.socket(family, socket.SOCK_RAW).bind((0, 0)) or print(T['secret']))""",
    "io_uring": """
if libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0:
    print(T['secret'])""",
}
PROCESSES = {
    "kill another process": "attempt(os.kill, T['victim'], 9); attempt(os.kill, T['victim'], 15)",
    "kill it by other calls": """
attempt(lambda: signal.pidfd_send_signal(os.pidfd_open(T['victim']), 9))
libc.syscall(234 if os.uname().machine == 'x86_64' else 131, T['victim'], T['victim'], 9)
libc.sigqueue(T['victim'], 9, 0)""",
    "stop another process": "attempt(os.kill, T['victim'], signal.SIGSTOP)",
    "signal the server": "attempt(os.kill, T['server'], signal.SIGUSR1)",
    "kill the group of another": "attempt(os.killpg, T['victim'], 9)",
    "have its files tell of input and output": """
import fcntl
def owned():
    ends = os.pipe()
    fcntl.fcntl(ends[0], fcntl.F_SETOWN, T['victim'])
    fcntl.fcntl(ends[0], 10, 9)
    fcntl.fcntl(ends[0], fcntl.F_SETFL, os.O_ASYNC)
    os.write(ends[1], b'x')
attempt(owned)""",
    "trace another process": "libc.ptrace(16, T['victim'], None, None); libc.ptrace(0x4206, T['victim'], None, None)",
    "write to another's memory": """
attempt(lambda: os.close(os.open(f"/proc/{T['victim']}/mem", os.O_RDWR)) or print(T['secret']))""",
    "limit another process": """
import resource
attempt(resource.prlimit, T['victim'], resource.RLIMIT_NOFILE, (5, 5))""",
    "slow another process down": "attempt(os.setpriority, os.PRIO_PROCESS, T['victim'], 19)",
    "privileges left, or to be had": """
lines = dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())
if int(lines['CapEff'], 16) or int(lines['CapPrm'], 16) or lines['NoNewPrivs'].strip() != '1':
    print(T['secret'])""",
    "a daemon": """
if os.fork() == 0:
    os.setsid()
    for number in range(1, 32):
        attempt(signal.signal, number, signal.SIG_IGN)
    if os.fork() == 0:
        for number in range(3):
            os.close(number)
        time.sleep(60)
    os._exit(0)""",
    "kill everything": """
if os.fork() == 0:
    attempt(os.kill, -1, 9)
    os._exit(0)
attempt(os.wait)""",
}
READS = {
    "the user's keys": "attempt(show, T['home'] + '/.ssh/id_ed25519'); attempt(show, T['home'] + '/.netrc')",
    "the user's settings": """
attempt(show, T['home'] + '/.config/tool/token')
attempt(show, T['home'] + '/.aws/credentials')""",
    "the environment": "print(os.environ)",
    "the environment of others": """
[attempt(show, f'/proc/{n}/environ') for n in (1, os.getppid(), T['server'], T['victim'])]""",
    "through other roots": """
[attempt(show, f"/proc/{n}/root{T['home']}/.ssh/id_ed25519") for n in (1, os.getppid(), 'self')]""",
}
_FORK = """
for depth in range(11):
    attempt(os.fork)
time.sleep(60)"""
ALONE = {
    "a fork bomb": _FORK,
    "a fork bomb that detaches": "attempt(os.setsid)\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())"
    + _FORK,
    "a bomb of programs": """
import subprocess
for _ in range(2000):
    attempt(subprocess.Popen, ['/bin/sleep', '60'])
time.sleep(60)""",
    "threads without end": """
for _ in range(5000):
    attempt(threading.Thread(target=time.sleep, args=(60,)).start)
time.sleep(60)""",
    "huge memory": "held = []\nwhile True: held.append(bytearray(16 << 20))",
    "huge memory of many processes": """
attempt(os.fork)
attempt(os.fork)
held = []
while True: held.append(bytearray(1 << 20))""",
    "huge shared memory": """
import mmap
held = mmap.mmap(-1, 8 << 30)
for place in range(0, len(held), 4096): held[place] = 1""",
    "huge memory in files": """
held = []
while True:
    held.append(os.memfd_create('held'))
    os.write(held[-1], bytes(64 << 20))""",
    "huge memory in segments": """
libc.shmat.restype = ctypes.c_void_p
while True:
    place = libc.shmat(libc.shmget(0, 64 << 20, 0o1666), None, 0)
    ctypes.memset(ctypes.c_void_p(place), 1, 64 << 20)
    libc.shmdt(ctypes.c_void_p(place))""",
    "shared memory without end": "file = open('/dev/shm/' + T['token'], 'wb')\nwhile True: file.write(bytes(16 << 20))",
    "a file without end": "file = open('large', 'wb')\nwhile True: file.write(bytes(16 << 20))",
    "files without end": "number = 0\nwhile True: number += 1; open(f'file{number}', 'wb').write(b'x')",
    "open files without end": "held = []\nwhile True: held.append(open('/dev/null'))",
    "output without end": "while True: os.write(1, b'x' * 65536); os.write(2, b'y' * 65536)",
    "a loop": "while True: pass",
    "sleep with signals blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\ntime.sleep(60)",
    "a thread that never ends": "threading.Thread(target=lambda: time.sleep(60)).start()",
    "an exit handler that never ends": "import atexit\natexit.register(time.sleep, 60)",
    "stop itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "close everything": "os.closerange(0, 512)\ntime.sleep(60)",
    "wait for input": "sys.stdin.read()\nopen('/dev/stdin').read()\ntime.sleep(60)",
    "a segmentation fault": "ctypes.string_at(0)",
    "abort": "os.abort()",
    "exit at once": "os._exit(7)",
    "leave by an exception": "raise SystemExit(7)",
    "signal its own group": "attempt(os.killpg, 0, 9)\ntime.sleep(60)",
    "signal process 1 and its parent": """
for n in (9, 15, 2): attempt(os.kill, 1, n); attempt(os.kill, os.getppid(), n)
time.sleep(60)""",
}
DRASTIC = (
    "kill everything",
    "signal process 1 and its parent",
    "unmount, and look below",
    "change the kernel's settings",
)
PROGRAMS = [
    program
    for group, texts in (("writes", WRITES), ("network", NETWORK), ("processes", PROCESSES), ("reads", READS))
    for program in _programs(group, texts, DRASTIC)
] + _programs("alone", ALONE, DRASTIC)
