"""What a reader process gives away before it looks at a stranger's bytes.

Each measure says what it gives, and none is trusted alone:

- resource limits (kernel): memory written to, addresses, processor time, file size, open files, no new processes, no core
  dumps;
- no new privileges (kernel);
- an own network namespace without any interface, where the machine permits it (root, or user namespaces enabled);
- a system call filter (seccomp, kernel, x86-64 and ARM64 Linux): no sockets, no programs, processes or threads started, no
  tracing of others.
  It holds where namespaces are forbidden, as in most containers;
- an audit hook in the interpreter that refuses the same to Python code, on every system. Native code does not pass it.

What none of them gives: a reader can still read files its user may read. It has no way to send them anywhere but into the
reading itself, which is checked and shown as text. Run the desk under an account that owns nothing else.
"""

import ctypes
import platform
import resource
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agents.read.limits import FILE_BYTES_MAX, OPEN_FILES_MAX

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
_SECCOMP = {"x86_64": 317, "aarch64": 277}
"""The number of the system call that installs a filter."""

_FORBIDDEN = {
    # socket connect accept sendto sendmsg bind listen socketpair accept4 sendmmsg, execve execveat fork vfork clone clone3,
    # ptrace process_vm_readv process_vm_writev, mount umount2, io_uring_setup, bpf, keyctl, unshare, setns
    "x86_64": (
        0xC000003E,
        (
            41,
            42,
            43,
            44,
            46,
            49,
            50,
            53,
            288,
            307,
            59,
            322,
            57,
            58,
            56,
            435,
            101,
            310,
            311,
            165,
            166,
            425,
            321,
            250,
            272,
            308,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            198,
            203,
            202,
            206,
            211,
            200,
            201,
            199,
            242,
            269,
            221,
            281,
            220,
            435,
            117,
            270,
            271,
            40,
            39,
            425,
            280,
            219,
            97,
            268,
        ),
    ),
}
_REFUSED_EVENTS = frozenset(
    (
        "socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
        "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn",
        "webbrowser.open", "ftplib.connect", "smtplib.connect", "urllib.Request", "shutil.chown", "os.chmod", "os.chown",
    )
)  # fmt: skip


def confine(address_space: int, begin: Callable[[], None] = lambda: None) -> tuple[str, ...]:
    """Apply every measure to this process, for good. Gives the names of those that hold, for whoever wants to show them.

    `address_space` is in bytes: memory that may be written to, and addresses beyond those that `begin` reserves. `begin`
    starts what needs a thread or many addresses; it runs without a network and before anything else is given up. Raises
    `OSError` when a resource limit cannot be set: without them nothing is read.
    """
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    held = ["resource limits"]
    if libc is not None:
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWNET) == 0:
            held.append("no network interface")
    begin()
    _limit(address_space)
    if libc is not None and _filter_calls(libc):
        held.append("no network and no programs by the kernel")
    sys.addaudithook(_refuse)
    held.append("no network and no programs in Python")
    return tuple(held)


def allow_processor(seconds: int) -> None:
    """Let this process use so many more seconds of processor time; the kernel ends it after."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _limit(address_space: int) -> None:
    held = _addresses()
    for what, amount in (
        (resource.RLIMIT_DATA, address_space),
        (resource.RLIMIT_AS, address_space + held if held > address_space else address_space),
        (resource.RLIMIT_FSIZE, FILE_BYTES_MAX),
        (resource.RLIMIT_NOFILE, OPEN_FILES_MAX),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (bound, bound))


def _addresses() -> int:
    """The bytes of addresses that this process holds, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _filter_calls(libc: ctypes.CDLL) -> bool:
    """Install the system call filter for every thread: the forbidden calls fail with EPERM, all others pass. False where it
    cannot be."""
    known = _FORBIDDEN.get(platform.machine())
    if known is None or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    program = _program(*known)
    code = ctypes.create_string_buffer(program)
    frame = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    call, mode, every_thread = _SECCOMP[platform.machine()], SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
    return bool(libc.syscall(call, mode, every_thread, ctypes.create_string_buffer(frame)) == 0)


def _program(architecture: int, calls: Sequence[int]) -> bytes:
    """The filter as BPF: calls of another architecture and the forbidden ones are refused, the rest is allowed.

    Instructions are (code, jump if true, jump if false, value); see `struct sock_filter` in linux/filter.h.
    """
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
    rows = [(load, 0, 0, 4), (equal, 0, len(calls) + 3, architecture), (load, 0, 0, 0)]
    rows.append((at_least, len(calls) + 1, 0, 0x40000000))  # the x32 names of the same calls
    rows += [(equal, len(calls) - number, 0, call) for number, call in enumerate(calls)]
    rows += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    return b"".join(struct.pack("HBBI", *row) for row in rows)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _REFUSED_EVENTS:
        raise PermissionError(f"a reader may not: {event}")
