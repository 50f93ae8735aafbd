"""What a start leaves for later: kinds that the drawing does not hold, plug-ins, garbage; and that it comes later."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

START = """
import gc, json, sys
from PySide6.QtCore import QTimer
from designer import __main__, app
from designer.canvas import view

told, seen = {}, view.View.viewportEvent

def look(window):
    kinds = [name for name in sys.modules if name.startswith("graph.kinds.")]
    listed = window.panels.palette.tree.topLevelItemCount()
    plugins = "graph.plugins" in sys.modules
    return {"kinds": kinds, "plugins": plugins, "collects": gc.isenabled(), "listed": listed}

def first(self, event):
    answer = seen(self, event)
    if event.type() == event.Type.Paint and "painted" not in told:
        told["painted"] = look(self.window())
        QTimer.singleShot(600, self, lambda: finish(self.window()))
    return answer

def finish(window):
    told["later"] = look(window)
    print(json.dumps(told), flush=True)
    app.QApplication.instance().quit()

view.View.viewportEvent = first
__main__.main([sys.argv[1]])
"""


def started(file: Path, state: Path) -> dict[str, dict[str, object]]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "NEUROLOOM_STATE": str(state), "XDG_CONFIG_HOME": str(state)}
    command = [sys.executable, "-c", START, str(file)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_first_paint_waits_for_nothing_that_it_does_not_show(tmp_path: Path) -> None:
    told = started(ROOT / "assets" / "examples" / "xor-neurons.loom", tmp_path)
    painted, later = told["painted"], told["later"]
    assert not {"graph.kinds.transformer", "graph.kinds.recurrent", "graph.kinds.convolution"} & {*painted["kinds"]}
    assert not painted["plugins"]
    assert not painted["listed"]
    assert not painted["collects"]
    assert "graph.kinds.transformer" in later["kinds"]
    assert later["listed"]
    assert later["collects"]
