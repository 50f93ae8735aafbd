"""Makes the pictures of the README with the real window and the real worker: `python docs/pictures/make.py`."""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1.5"
os.environ["NEUROLOOM_STATE"] = tempfile.mkdtemp()

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402  # the environment comes first
from PySide6.QtWidgets import QApplication  # noqa: E402

from designer.app import Application  # noqa: E402
from designer.preferences import Preferences  # noqa: E402
from designer.window import Window  # noqa: E402
from graph import edits  # noqa: E402


def main() -> None:
    qt = QApplication(sys.argv)
    application = Application(qt, Preferences(Path(tempfile.mkdtemp()) / "preferences.ini"))
    application.set_dark(True)
    application.start([])
    window = application.front()
    window.resize(1440, 900)
    wait(1500)
    window.grab().save(str(HERE / "start.png"))
    window.files.from_template("digits-cnn")
    window = application.front()
    wait(600)
    training(window)
    application.set_dark(False)
    wrong(window)
    window.session.history.mark_saved()
    window.close()


def training(window: Window) -> None:
    """A network in the middle of learning."""
    edits.set_run(window.session.document, "epochs", 40)
    window.session.selection.set(["conv2"])
    window.training.start()
    for _ in range(300):
        wait(50)
        if window.training.status and window.training.status.epoch >= 12:
            break
    wait(300)
    window.grab().save(str(HERE / "training.png"))
    window.training.stop()
    wait(1500)


def wrong(window: Window) -> None:
    """An error with its fix."""
    with window.session.history.step("Set out_features"):
        edits.set_param(window.session.document, "fc2", "out_features", 3)
    window.session.selection.set(["loss"])
    window.panels.show("problems")
    wait(600)
    window.grab().save(str(HERE / "error.png"))


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
