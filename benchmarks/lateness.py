"""How late the window's event loop ticks while it trains and curves redraw, against the same window at rest."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row, percentile

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "assets" / "examples" / "digits-mlp.loom"
TICK, SECONDS, ROUNDS = 0.01, 5.0, 3


def run() -> Iterator[Row]:
    pairs = [in_a_window() for _ in range(ROUNDS)]
    idle, busy = (statistics.median(values) for values in zip(*pairs, strict=True))
    yield Row("lateness: p99 of ticks while training", busy, "ms", idle, 1.5)


def in_a_window() -> tuple[float, float]:
    """The 99th percentile of lateness in ms, at rest and in training, of one window in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "digits.loom"
        project.write_text(TEMPLATE.read_text("utf-8").replace('"epochs": 20', '"epochs": 100000'), "utf-8")
        own = {"NEUROLOOM_STATE": folder, "XDG_CONFIG_HOME": folder, "PYTHONPATH": str(ROOT)}
        env = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **own}
        command = [sys.executable, "-P", "-m", "benchmarks.lateness", str(project)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, timeout=120)
        told = json.loads(done.stdout.splitlines()[-1])
        return percentile(told["idle"], 0.99), percentile(told["busy"], 0.99)


def watch(project: Path) -> None:
    """Open the project, let the clock tick at rest, train, let it tick again, print how late the ticks were."""
    import time

    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from designer.app import Application

    qt = QApplication([])
    application = Application(qt)
    application.start([project])
    training = application.front().training
    late: dict[str, list[float]] = {"settling": [], "idle": [], "starting": [], "busy": []}
    begun = time.perf_counter()
    due, stage = begun + TICK, "settling"
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)

    def tick() -> None:
        nonlocal due, stage, begun
        now = time.perf_counter()
        late[stage].append((now - due) * 1e3)
        stage, begun = following(stage, begun, now)
        due = time.perf_counter() + TICK
        timer.start(round(TICK * 1e3))

    def following(stage: str, begun: float, now: float) -> tuple[str, float]:
        if stage == "settling" and now - begun > 2.0:
            return "idle", now
        if stage == "idle" and now - begun > SECONDS:
            training.start()
            return "starting", now
        status = training.status
        if stage == "starting" and status and status.step > 100:
            return "busy", now
        if stage == "busy" and now - begun > SECONDS:
            training.stop()
            print(json.dumps({"idle": late["idle"], "busy": late["busy"]}), flush=True)
            QTimer.singleShot(1500, lambda: os._exit(0))
            return "done", now
        late.setdefault(stage, [])
        return stage, begun

    timer.timeout.connect(tick)
    timer.start(round(TICK * 1e3))
    late["done"] = []
    qt.exec()


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
