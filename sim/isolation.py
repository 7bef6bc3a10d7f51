"""Layers that keep a process away from the machine: namespaces, Landlock, seccomp, limits on resources.

Each layer is a function that a process calls upon itself; none needs an installed program or root. It raises `OSError`
where the system does not have the layer. Which of them are there is found out by trying (`missing_layers`); what they
stop is written in `docs/security.md`.

The numbers are those of Linux' headers: `linux/sched.h`, `linux/landlock.h` (its calls have the same numbers on every
architecture), `linux/prctl.h`.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import resource
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KERNEL_LAYERS = ("namespaces", "landlock", "seccomp")
CORE = ("landlock", "seccomp")  # without these two, files or network are open
LAYERS = ("process", *KERNEL_LAYERS, "rlimits")
REMEDIES = {
    "namespaces": "allow user namespaces (sysctl user.max_user_namespaces and, on Ubuntu, "
    "kernel.apparmor_restrict_unprivileged_userns)",
    "landlock": "it needs Linux 5.13 or newer, with landlock among the kernel's security modules (lsm=...)",
    "seccomp": "it needs Linux and libseccomp (on Debian: apt install libseccomp2)",
}


@dataclass(frozen=True)
class Limits:
    """What a process may use.

    Attributes:
        wall_seconds: Wall time.
        cpu_seconds: Processor time.
        memory_bytes: Address space.
        file_bytes: Size of a file that it writes; 0 gives it no place to write to at all.
        open_files: Open file descriptors.
        answer_bytes: Size of its answer.
    """

    wall_seconds: float = 20.0
    cpu_seconds: int = 20
    memory_bytes: int = 2 << 30
    file_bytes: int = 0
    open_files: int = 64
    answer_bytes: int = 8 << 20


# -- limits on resources ---------------------------------------------------------------------------------------------


def limit_resources(limits: Limits) -> None:
    """Limits processor time, memory, files and core dumps of this process and of what it starts."""
    for what, value in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some; the others still hold
            resource.setrlimit(what, (value, value))


# -- namespaces ------------------------------------------------------------------------------------------------------

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38


def enter_namespaces() -> None:
    """Leaves the machine's users, processes, network, message queues and mounts behind.

    It goes on in a child, the first of a process table of its own; this process ends when that one does.
    """
    user, group = os.getuid(), os.getgid()
    _checked("unshare", CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0x7F)
    end_with_parent()


def number_next_child_alone() -> None:
    """Gives the next child that is forked a process table of its own: what it starts ends with it."""
    here = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _checked("setns", here, CLONE_NEWPID)  # takes back what the last call asked for
    finally:
        os.close(here)
    _checked("unshare", CLONE_NEWPID)


def end_with_parent() -> None:
    """Asks the kernel to kill this process when its parent ends; does nothing where it cannot."""
    if sys.platform == "linux":
        _library().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


# -- Landlock: files -------------------------------------------------------------------------------------------------

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, MAKE_DIR, MAKE_REG, TRUNCATE = (1 << bit for bit in (0, 1, 2, 3, 7, 8, 14))
# The rights over files that each version of the interface knows: all of them are taken away.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
TCP, SCOPES = 0b11, 0b11  # bind and connect; abstract unix sockets and signals
READ = READ_FILE | READ_DIR


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


@functools.cache
def readable_paths() -> tuple[Path, ...]:
    """What Python needs to import more: the standard library, the packages beside numpy, this room, libraries."""
    import numpy as np

    paths = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths += [Path(np.__file__).parents[1], Path(__file__).parent]
    paths += [Path(name) for name in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/dev/urandom")]
    return tuple(dict.fromkeys(path.resolve() for path in paths if path.exists()))


def restrict_files(readable: Sequence[Path], scratch: Path | None) -> None:
    """Takes away all files but these (and `/dev/null`), TCP, abstract unix sockets and signals to the outside."""
    version = _checked("syscall", CREATE_RULESET, None, 0, 1)
    files = FILE_RIGHTS[max(known for known in FILE_RIGHTS if known <= version)]
    wanted = _Ruleset(files, TCP if version >= 4 else 0, SCOPES if version >= 6 else 0)
    ruleset = _checked("syscall", CREATE_RULESET, ctypes.byref(wanted), ctypes.sizeof(wanted), 0)
    rules = [(path, READ) for path in readable]
    rules.append((Path(os.devnull), READ_FILE | WRITE_FILE | TRUNCATE))
    if scratch is not None:
        rules.append((scratch, READ | WRITE_FILE | TRUNCATE | MAKE_DIR | MAKE_REG))
    try:
        for path, rights in rules:
            if not path.is_dir():
                rights &= ~READ_DIR
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = _PathBeneath(rights & files, folder)
            try:
                _checked("syscall", ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
            finally:
                os.close(folder)
        _checked("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _checked("syscall", RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


# -- seccomp: calls of the kernel --------------------------------------------------------------------------------------

# What computing, reading files and writing to what is open needs, on any architecture. What is not listed is refused:
# sockets, processes and threads, signals, programs, mounts, modules, keys, io_uring, and what the next kernel brings.
CALLS = """
    read readv pread64 write writev pwrite64 lseek close close_range dup dup2 dup3
    open openat openat2 stat lstat fstat newfstatat statx access faccessat faccessat2 getcwd readlink readlinkat
    getdents getdents64 mkdir mkdirat ftruncate
    mmap munmap mprotect mremap brk
    futex futex_wait futex_wake membarrier set_robust_list rseq sched_yield sched_getaffinity
    rt_sigaction rt_sigprocmask rt_sigreturn sigreturn sigaltstack restart_syscall setitimer getitimer
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times
    getpid gettid getppid getuid geteuid getgid getegid getrlimit getrusage sysinfo uname getrandom
    poll ppoll select pselect6
    exit exit_group
"""
FCNTL_COMMANDS = (0, 1, 2, 3, 1030)  # duplicate, read and set close-on-exec, read flags: none that asks for signals


@functools.cache
def call_filter() -> Any:
    """The filter of `CALLS`, made once: children load what their parent has made."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError, AttributeError, OSError) as error:
        raise OSError(f"libseccomp is not there: {error}") from None
    listed = pyseccomp.SyscallFilter(pyseccomp.ERRNO(1))
    for name in CALLS.split():
        with contextlib.suppress(OSError, ValueError):  # not on this architecture, or newer than the library
            listed.add_rule(pyseccomp.ALLOW, name)
    for name in ("fcntl", "fcntl64"):
        for command in FCNTL_COMMANDS:
            with contextlib.suppress(OSError, ValueError):
                listed.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(1, pyseccomp.EQ, command))
    # Advice from 100 on takes pages away from the whole machine.
    listed.add_rule(pyseccomp.ALLOW, "madvise", pyseccomp.Arg(2, pyseccomp.LT, 100))
    # A process may read its own limits, not set them, nor those of another.
    own, nothing = pyseccomp.Arg(0, pyseccomp.EQ, 0), pyseccomp.Arg(2, pyseccomp.EQ, 0)
    listed.add_rule(pyseccomp.ALLOW, "prlimit64", own, nothing)
    return listed


def restrict_calls() -> None:
    """Takes away every call of the kernel but those of `CALLS`; the others fail with EPERM."""
    call_filter().load()


# -- which of them are there -------------------------------------------------------------------------------------------


def missing_layers(wanted: Sequence[str]) -> dict[str, str]:
    """Why each of these kernel layers is not there, if it is not; found out by trying, in children of this process."""
    checks = {"namespaces": _namespaces_hold, "landlock": _landlock_holds, "seccomp": _seccomp_holds}
    reasons = {name: _reason(checks[name]) for name in wanted}
    return {name: reason for name, reason in reasons.items() if reason}


def _namespaces_hold() -> None:
    enter_namespaces()
    number_next_child_alone()
    child = os.fork()
    if child == 0:
        os._exit(0 if os.getpid() == 1 else 1)
    if os.waitpid(child, 0)[1]:
        raise OSError("a child is not alone")


def _landlock_holds() -> None:
    restrict_files(readable_paths(), None)
    with contextlib.suppress(PermissionError):
        os.close(os.open("/", os.O_RDONLY))
        raise OSError("files can be read all the same")


def _seccomp_holds() -> None:
    restrict_calls()
    with contextlib.suppress(PermissionError):
        socket.socket().close()
        raise OSError("sockets can be made all the same")


def _reason(check: Callable[[], None]) -> str:
    """Runs a check in a child, which is not the same afterwards; the text of what it raised, empty when it did not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            check()
            os._exit(0)
        except (OSError, ValueError) as error:
            os.write(writing, str(error).encode()[:500])
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return told or (f"it ends with status {os.waitstatus_to_exitcode(status)}" if status else "")


@functools.cache
def _library() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _checked(name: str, *arguments: Any) -> int:
    """A call of the C library; raises `OSError` when it fails."""
    function = getattr(_library(), name, None)
    if function is None or sys.platform != "linux":
        raise OSError(f"this system has no {name}")
    result = function(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)
