"""Who may import whom, held against the real interpreter: the rules of docs/design.md."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FORBIDDEN = {
    "graph": {"torch", "PySide6", "numpy", "pandas", "sklearn", "runtime", "designer"},
    "designer": {"torch", "sklearn", "pandas"},
}
TORCH_FREE = ("protocol", "runs", "launch", "program", "emit", "facts", "cli", "bootstrap")

LOAD = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def loaded(code, *arguments):
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_whole_package_loads_without_what_it_must_not_know(package):
    assert loaded(LOAD, package) & FORBIDDEN[package] == set()


@pytest.mark.parametrize("module", TORCH_FREE)
def test_these_modules_of_runtime_load_neither_torch_nor_qt(module):
    code = "import importlib, sys; importlib.import_module(sys.argv[1]); print(*sys.modules)"
    assert loaded(code, f"runtime.{module}") & {"torch", "PySide6", "designer"} == set()


def test_the_start_of_a_fresh_clone_needs_the_standard_library_alone():
    """`python3 designer` runs before anything is installed: -S leaves out all that ever was."""
    code = "import sys; sys.path.insert(0, '.'); from runtime import bootstrap; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    names = {name.partition(".")[0] for name in done.stdout.split()}
    assert names - sys.stdlib_module_names <= {"runtime", "__main__"}


def test_the_rules_of_import_linter_hold():
    pytest.importorskip("importlinter", reason="the extra `check` is not installed")
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
