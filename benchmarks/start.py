"""From starting the process to the first painted canvas, against a bare PySide6 window."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row, interleaved

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "assets" / "examples" / "digits-cnn.loom"
ROUNDS, PATIENCE = 7, 60.0

BARE = """
import os, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True)
        os._exit(0)
application = QApplication([])
window = Window()
window.resize(1600, 980)
window.show()
application.exec()
"""

OURS = """
import os, sys, time
from designer import starting
starting.hurry()
from designer import app
from designer.canvas import view
seen = view.View.viewportEvent
def first(self, event):
    answer = seen(self, event)
    if event.type() == event.Type.Paint:
        print(time.time(), flush=True)
        os._exit(0)
    return answer
view.View.viewportEvent = first
app.main([sys.argv[1]])
"""


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        measures = {"ours": lambda: started(OURS, env), "bare": lambda: started(BARE, env)}
        interleaved(measures, 1)  # the first start compiles our modules, as after an installation
        medians = interleaved(measures, ROUNDS)
    yield Row("start: first painted canvas", medians["ours"], "ms", medians["bare"], 3.0)


def environment(folder: str) -> dict[str, str]:
    """State and compiled modules of its own, whatever Python is told elsewhere about keeping them."""
    own = {"NEUROLOOM_STATE": folder, "XDG_CONFIG_HOME": folder, "PYTHONPYCACHEPREFIX": folder, "PYTHONPATH": str(ROOT)}
    env = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **own}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def started(program: str, env: dict[str, str], file: Path = TEMPLATE) -> float:
    """Milliseconds from here to the moment that the program prints."""
    begun = time.time()
    command = [sys.executable, "-P", "-c", program, str(file)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    return (float(done.stdout.split()[-1]) - begun) * 1e3
