"""The lock that a worker holds on its run folder: the system frees it the moment the process is gone, however it went.

A pid can be given to another process and a heartbeat can be late on a busy machine; a lock is neither. On POSIX it is
taken by whoever starts the worker and handed over, so that there is no moment in which a run that starts looks lost.
"""

from __future__ import annotations

import os
import sys
import time
import weakref
from pathlib import Path
from typing import Self

from runtime.protocol import LOCK

HANDED_OVER = "NEUROLOOM_LOCK"
"""The environment variable that names the descriptor of a lock that was handed to a child."""

CAN_HAND_OVER = os.name == "posix"


class Lock:
    """A held lock. It ends with `release`, or with the process."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        _forget_in_children(self)

    @classmethod
    def claim(cls, folder: Path, *, patience: float = 2.0) -> Self | None:
        """The lock of that run folder; None if another process holds it for longer than `patience` seconds."""
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        give_up = time.monotonic() + patience
        while not _take(descriptor, exclusive=True):
            if time.monotonic() > give_up:
                os.close(descriptor)
                return None
            time.sleep(0.02)
        return cls(descriptor)

    @classmethod
    def adopt(cls) -> Self | None:
        """The lock that the process which started this one handed over, if it did."""
        named = os.environ.pop(HANDED_OVER, "")
        if not named.isdigit():
            return None
        descriptor = int(named)
        try:
            os.set_inheritable(descriptor, False)
        except OSError:
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Frees the lock, where no child was handed it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def is_held(folder: Path) -> bool:
    """Whether a process holds the lock of that run folder."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except PermissionError:
        descriptor = _open_to_read(folder)
    except OSError:
        return False
    if descriptor < 0:
        return False
    try:
        return not _take(descriptor, exclusive=False)
    finally:
        os.close(descriptor)


def _open_to_read(folder: Path) -> int:
    try:
        return os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return -1


def _forget_in_children(lock: Lock) -> None:
    """A forked child (a loader of data, say) must not keep the lock alive after its parent."""
    if not hasattr(os, "register_at_fork"):
        return
    held = weakref.ref(lock)

    def close() -> None:
        found = held()
        if found is not None:
            found.release()

    os.register_at_fork(after_in_child=close)


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int, *, exclusive: bool) -> bool:
        """Locks the first byte; a look takes it for a moment and gives it back."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        if not exclusive:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        return True

else:
    import fcntl

    def _take(descriptor: int, *, exclusive: bool) -> bool:
        """`flock` belongs to the open file, so that a look in the same process does not free it, as `lockf` would."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: the worker goes on, and its status is believed
            return exclusive
        return True
