"""The main job without a screen: trains a template with a progress bar, exports it, and leaves pictures of both."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from graph.catalogue import standard
from graph.project import ProjectError, read
from graph.reading import Reading
from runtime import launch
from runtime.launch import LaunchError
from runtime.protocol import State, Status
from runtime.runs import Run

ASSETS = Path(__file__).resolve().parent.parent / "assets"
TEMPLATE = ASSETS / "examples" / "digits-cnn.loom"
NO_SCREEN = "There is no screen here, so the designer's window cannot be opened."
WIDTH = 28
"""Letters of the progress bar."""


def main(arguments: list[str]) -> int:
    """Without arguments the tour; a file is not trained unasked, since opening is all that was wanted."""
    if arguments:
        return no_window(arguments)
    print(NO_SCREEN)
    print("Neuroloom does its main job in the terminal instead: it trains a network that reads handwritten digits.\n")
    try:
        return _tour(_new_folder(Path.cwd()))
    except (LaunchError, ProjectError, OSError) as wrong:
        print(f"That did not work: {wrong}", file=sys.stderr)
        return 3


def no_window(arguments: list[str]) -> int:
    """Say that no window can be opened, and what can be done instead."""
    print(NO_SCREEN, file=sys.stderr)
    print(f"To train a project in the terminal: {_command()} train {(arguments or ['FILE'])[0]}", file=sys.stderr)
    return 1


def _tour(folder: Path) -> int:
    project = folder / TEMPLATE.name
    shutil.copy(TEMPLATE, project)
    print(f"  {TEMPLATE.stem}: {_summary(project)}")
    run = launch.start(project.read_text("utf-8"), folder=folder / "run", project=project)
    status = _follow(run)
    if status.state is not State.FINISHED:
        failure = run.failure()
        print(f"The training did not finish: {failure.message if failure else status.message}", file=sys.stderr)
        return 3
    _tell_result(run)
    made = [*_exports(project, run, folder), *_pictures(project, run, folder)]
    print(f"\nIn {folder} there are now")
    for name, what in made:
        print(f"  {name:<20} {what}")
    _tell_onward(project)
    return 0 if len(made) == len(_FORMS) + 2 else 3


def _new_folder(parent: Path) -> Path:
    """The first free `neuroloom-demo`, `neuroloom-demo-2`, …"""
    for number in itertools.count(1):
        folder = parent / ("neuroloom-demo" if number == 1 else f"neuroloom-demo-{number}")
        if not folder.exists():
            folder.mkdir()
            return folder
    raise AssertionError("counting does not end")


def _summary(project: Path) -> str:
    document = read(project, standard())
    return f"{len(document.nodes())} nodes, {len(document.wires())} wires"


# --- training


def _follow(run: Run) -> Status:
    """Show the run's progress until it ends; Ctrl+C stops it in good order."""
    seen = 0
    try:
        while True:
            status = run.status()
            seen += _tell_epochs(run, seen)
            _show_bar(_bar(status))
            if not status.state.lives:
                break
            time.sleep(0.1)
    except KeyboardInterrupt:
        launch.stop(run)
        status = launch.wait(run, 30.0)
    _show_bar("")
    return status


def _tell_epochs(run: Run, seen: int) -> int:
    """Where nobody can see a bar move, a line for each epoch."""
    fresh = [] if sys.stdout.isatty() else run.epochs(seen)
    for epoch in fresh:
        told = ", ".join(f"{name} {value:.4f}" for name, value in (epoch.validation or epoch.train).items())
        print(f"  epoch {epoch.epoch:>2}: {told}", flush=True)
    return len(fresh)


def _bar(status: Status) -> str:
    done = status.step / status.steps if status.steps else 0.0
    filled = round(done * WIDTH)
    left = "" if status.seconds_left is None else f"  {_clock(status.seconds_left)} left"
    where = f"epoch {status.epoch} of {status.epochs}" if status.epochs else "getting ready"
    return f"  [{'█' * filled}{'·' * (WIDTH - filled)}] {done:4.0%}  {where}{left}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _show_bar(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[2K" + text)
        sys.stdout.flush()


def _tell_result(run: Run) -> None:
    status = run.status()
    print(f"\n  Trained on {status.device or 'this machine'} in {status.seconds:.1f} seconds.")
    for part, figures in run.metrics().items():
        told = ", ".join(f"{name} {value:.4f}" for name, value in figures.items())
        print(f"    {part:<11} {told}")


# --- what is left behind

_FORMS = {
    "python": ("python", "the model as PyTorch source, and its training"),
    "weights": ("weights.safetensors", "what it has learned"),
    "onnx": ("model.onnx", "the same for ONNX Runtime, compared with the original"),
}


def _exports(project: Path, run: Run, folder: Path) -> Iterator[tuple[str, str]]:
    for form, (name, what) in _FORMS.items():
        command = [sys.executable, "-P", "-m", "designer", "export", str(project), "--to", form]
        done = subprocess.run(
            [*command, "--run", str(run.path), "-o", str(folder / name)], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            yield name, what
        else:
            print(f"The export to {form} did not work: {done.stderr.strip()}", file=sys.stderr)


def _pictures(project: Path, run: Run, folder: Path) -> Iterator[tuple[str, str]]:
    """Qt draws without a screen as well."""
    from designer import pictures
    from designer.plots import picture

    document = read(project, standard())
    pictures.write(document, Reading(document, project.parent), folder / "graph.png")
    yield "graph.png", "its drawing"
    picture.curves(run, folder / "curves.png")
    yield "curves.png", "how it learned"


def _tell_onward(project: Path) -> None:
    print("\nTo open the designer, run the same command where there is a screen; over ssh, `ssh -X` lends yours:")
    print("  python3 designer")
    print("To go on here:")
    print(f"  {_command()} show {project}")
    print(f"  {_command()} --help")


def _command() -> str:
    """How to call Neuroloom from here."""
    beside = Path(sys.executable).with_name("neuroloom")
    return str(beside) if beside.exists() else f"{sys.executable} -m designer"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
