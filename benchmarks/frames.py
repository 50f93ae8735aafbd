"""One part of `benchmarks.canvas` in a process of its own: `python -m benchmarks.frames PART NODES`, told as JSON."""

import gc
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from designer import starting  # noqa: F401  # before anything of PySide6

# isort: split
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from benchmarks import fields, hands
from benchmarks.rows import percentile

WIDTH, HEIGHT = 1600, 900
ZOOMS = (0.0, 0.1, 0.3, 0.5, 1.0, 2.0)


def main() -> None:
    """Measure, tell, and leave without tidying up."""
    qt = QApplication([])
    part, count = sys.argv[1], int(sys.argv[2])
    found = {"frames": frames, "opening": opening, "pasting": pasting, "memory": memory, "peer": peer}[part](qt, count)
    print(json.dumps(found), flush=True)
    os._exit(0)


def frames(qt: QApplication, count: int) -> dict[str, float]:
    """The 95th percentile of each gesture at each zoom, and plain boxes and lines."""
    view, found = a_window(qt, count).view, {}
    for zoom in ZOOMS:
        for name, act in (("pan", hands.pan), ("zoom", hands.zoom), ("drag", hands.drag)):
            hands.look(view, zoom)
            found[f"{name} at {zoom or 'fit'}"] = percentile(act(view), 0.95)
        hands.look(view, zoom)
        found[f"notches at {zoom or 'fit'}"] = percentile(hands.notches(view), 0.95)
        hands.look(view, zoom)
        found[f"rest at {zoom or 'fit'}"] = max(hands.sharpened(view))
    return {**found, "plain": plain(view)}


def opening(qt: QApplication, count: int) -> dict[str, float]:
    """From the wish to open a file to its first paint, and the longest that the window does not answer after it."""
    window = a_window(qt, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.loom"
        path.write_text(fields.text(count), encoding="utf-8")
        paint = hands.milliseconds(lambda: (window.files.open(path), window.view.viewport().repaint()))
        late = [hands.frame(lambda: None)]
        while window.session.reading.under_way or len(late) < 300:
            late.append(hands.frame(lambda: None))
    return {"first paint": paint, "longest wait": max(late)}


def pasting(qt: QApplication, count: int) -> dict[str, float]:
    """Nodes with their wires once more, and that taken back."""
    from graph import queries

    window = a_window(qt, count)
    document, commands = window.session.document, window.view.commands
    QApplication.clipboard().setText(queries.copy(document, [node.born for node in document.nodes()]))
    found: dict[str, list[float]] = {"paste": [], "undo": []}
    for _ in range(5):
        found["paste"].append(hands.frame(lambda: commands.paste(QPointF(0, 5000))))
        hands.rest()
        found["undo"].append(hands.frame(window.session.undo))
        hands.rest()
    return {name: min(times) for name, times in found.items()}


def memory(qt: QApplication, count: int) -> dict[str, float]:
    """What a node and its wire take beyond an empty window, in KiB of the process."""
    import psutil

    window, process = a_window(qt, 0), psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    show(window, count)
    gc.collect()
    return {"memory": (process.memory_info().rss - before) / 1024 / count}


def peer(qt: QApplication, count: int) -> dict[str, float]:
    """NodeGraphQt with nodes and wires in the same places: made, and painted whole at a zoom of 0.5; then ours."""
    from NodeGraphQt import BaseNode, NodeGraph

    class Box(BaseNode):  # type: ignore[misc,unused-ignore]  # the library tells no types
        __identifier__ = "bench"
        NODE_NAME = "Box"

        def __init__(self) -> None:
            super().__init__()
            self.add_input("x")
            self.add_output("y")

    graph = NodeGraph()
    graph.register_node(Box)

    def build() -> None:
        made = [
            graph.create_node("bench.Box", name=f"n{at}", pos=place, selected=False, push_undo=False)
            for at, place in enumerate(fields.places(count))
        ]
        for at, source in enumerate(fields.sources(count), 1):
            made[at].set_input(0, made[source].output(0))

    theirs = hands.milliseconds(build)
    viewer = graph.viewer()
    graph.widget.resize(WIDTH, HEIGHT)
    graph.widget.show()
    hands.rest()
    their_paint = repainted(viewer)
    graph.widget.hide()
    window = a_window(qt, 0)

    def open_ours() -> None:
        show_now(window, count)

    ours = hands.milliseconds(open_ours)
    window.session.reading.finish()
    hands.look(window.view, 0.5)
    return {"build": ours, "their build": theirs, "paint": repainted(window.view), "their paint": their_paint}


def repainted(view: Any) -> float:
    """All of a view painted anew at a zoom of 0.5, as after a change of its colours."""
    view.resetTransform()
    view.scale(0.5, 0.5)
    view.centerOn(3500, 1000)
    hands.rest()
    return min(hands.milliseconds(view.viewport().repaint) for _ in range(9))


def show_now(window: Any, count: int) -> None:
    from designer import session as sessions

    shell = window.shell
    window.tabs.open(sessions.begun(fields.text(count), shell.catalogue, shell.journals, "large"))


def a_window(qt: QApplication, count: int) -> Any:
    """The program with a drawing, its canvas 1600 × 900 pixels, at rest and all read."""
    from designer.app import Application

    shell = Application(qt)
    qt.setProperty("shell", shell)
    shell.start([])
    window = shell.front()
    window.files.new()
    return show(window, count) if count else sized(window)


def show(window: Any, count: int) -> Any:
    show_now(window, count)
    sized(window)
    while window.session.reading.under_way:
        hands.rest(0.1)
    hands.rest()
    return window


def sized(window: Any) -> Any:
    hands.rest()
    for _ in range(3):
        port = window.view.viewport().size()
        window.resize(window.width() + WIDTH - port.width(), window.height() + HEIGHT - port.height())
        hands.rest(0.2)
    return window


def plain(view: Any) -> float:
    """Boxes and lines for all nodes and wires, batched, at the zoom that shows all: the least that drawing takes."""
    plan = view.drawing.plan
    hands.look(view, 0)
    boxes = [plan.rect(born) for born in plan.births()]
    points = [plan.lines.of(wire.key) or () for wire in plan.document.wires()]
    lines = [QLineF(line[0], line[-1]) for line in points if line]
    image, pen = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32), QPen(QColor("#808080"))
    pen.setCosmetic(True)

    def paint() -> None:
        image.fill(QColor("#202020"))
        painter = QPainter(image)
        painter.setTransform(view.viewportTransform())
        painter.setPen(pen)
        painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#4080c0"))
        painter.drawRects(boxes)
        painter.end()

    return min(hands.milliseconds(paint) for _ in range(9))


if __name__ == "__main__":
    main()
