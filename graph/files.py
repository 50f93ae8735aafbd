"""Writes a file whole or not at all: whatever happens, the old content or the new one is there."""

import errno
import os
import stat
from pathlib import Path


class FileError(Exception):
    """A file that could not be written: a sentence that says why. The old one is as it was."""


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, take the old one's permissions, then rename over it."""
    try:
        path = path.resolve()
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
        if mode is not None and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is write-protected")
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "this is a folder")
        _write_beside(path, content, mode)
    except (OSError, RuntimeError) as error:
        raise FileError(
            f"{path.name} could not be saved: {_reason(error)}. What was saved before is untouched."
        ) from error


def _write_beside(path: Path, content: bytes, mode: int | None) -> None:
    beside = path.parent / f".{os.urandom(16).hex()}.part"
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the rename itself last through a power cut, where the platform can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems have no such call; the file itself is safe
    finally:
        os.close(handle)


def _reason(error: OSError | RuntimeError) -> str:
    if not isinstance(error, OSError):
        return "its links lead in a circle"
    words = {
        errno.ENOSPC: "the disk is full",
        errno.EFBIG: "the file would be larger than is allowed",
        errno.EDQUOT: "the quota of the disk is used up",
        errno.EROFS: "the disk cannot be written to",
        errno.EACCES: "there is no permission to write there",
        errno.EPERM: "there is no permission to write there",
        errno.ENOENT: "its folder does not exist",
        errno.ENOTDIR: "its folder does not exist",
        errno.EISDIR: "this is the name of a folder",
        errno.ENAMETOOLONG: "the name is too long",
        errno.ELOOP: "its links lead in a circle",
    }
    return words.get(error.errno or 0, error.strerror or str(error))
