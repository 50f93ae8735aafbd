"""The context menu of the canvas: what can be done with what lies under the pointer."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from designer.canvas import neurons, ordering, selecting
from designer.canvas.blocks import placed
from designer.canvas.tools.pointing import wire_under

if TYPE_CHECKING:
    from designer.canvas.view import View


def open_menu(view: "View", at: QPointF, globally: QPoint) -> None:
    """Show the menu for what lies at a place of the viewport."""
    menu = menu_for(view, at)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(globally)


def menu_for(view: "View", at: QPointF) -> QMenu:
    """The menu for what lies at a place of the viewport; what lies there is selected, unless it is already."""
    point = view.mapToScene(at.toPoint())
    plan, selection = view.drawing.plan, view.drawing.selection
    born = plan.node_at(point)
    key = wire_under(view, point) if born is None else None
    under = born or key
    if under is not None and under not in selection:
        selection.set([under])
    menu = QMenu(view)
    if born is not None:
        _for_nodes(view, menu, born)
    elif key is not None:
        _for_wire(view, menu, key, point)
    else:
        _for_canvas(view, menu, point)
    return menu


def _for_nodes(view: "View", menu: QMenu, born: str) -> None:
    commands, reading = view.commands, view.drawing.reading
    for found in reading.diagnostics(born):
        if found.fix is not None:
            _add(menu, found.fix.label, partial(view.overlays.apply, found.fix))
    if not menu.isEmpty():
        menu.addSeparator()
    kind = view.drawing.document.kind(view.drawing.document.node(born))
    if kind is not None:
        _add(menu, f"Help on {kind.title}", partial(view.overlays.asked.emit, kind.name()), "F1")
        menu.addSeparator()
    made = view.drawing.document.make(view.drawing.document.node(born))
    if any(port.type == "tensor" for port in made.ports_out()):
        _add(menu, "Look at values…", view.looking.emit, "F8")
    _add(menu, "Rename", view.overlays.rename_selected, "F2")
    _add(menu, "Duplicate", commands.duplicate, "Ctrl+D")
    menu.addSeparator()
    _add(menu, "Cut", commands.cut, QKeySequence.StandardKey.Cut)
    _add(menu, "Copy", commands.copy, QKeySequence.StandardKey.Copy)
    _add(menu, "Delete", commands.delete, QKeySequence.StandardKey.Delete)
    _add(menu, "Delete and reconnect", commands.delete_and_reconnect, "Ctrl+Backspace")
    _for_neurons(view, menu)
    _for_blocks(view, menu, born)
    menu.addSeparator()
    _add(menu, "Select everything upstream", commands.select_upstream)
    _add(menu, "Select everything downstream", commands.select_downstream)
    _add(menu, "Select everything connected", partial(selecting.connected, view))
    _add(menu, "Select the same kind", partial(selecting.same_kind, view))
    menu.addSeparator()
    _for_order(view, menu)
    _add(menu, "Arrange", commands.arrange, "Ctrl+L")
    _add(menu, "Zoom to selection", view.camera.fit_selection, "Shift+F")


def _for_order(view: "View", menu: QMenu) -> None:
    """What puts several nodes in order."""
    many = len(view.drawing.selection.births)
    if many < 2:
        return
    lines = menu.addMenu("Align")
    for edge, label in ordering.LABELS.items():
        _add(lines, label, partial(ordering.align, view, edge))
    if many > 2:
        _add(menu, "Distribute across", partial(ordering.distribute, view, "across"))
        _add(menu, "Distribute down", partial(ordering.distribute, view, "down"))
    _add(menu, "Straighten wires", partial(ordering.straighten, view))


def _for_neurons(view: "View", menu: QMenu) -> None:
    """What can be done with rows of neurons, and with a layer that could be one."""
    document, births = view.drawing.document, view.drawing.selection.births
    kinds = {document.node(born).kind for born in births}
    if kinds == {"Neuron"}:
        menu.addSeparator()
        if len(births) > 1:
            _add(menu, "Wire fully", partial(neurons.wire_fully, view), "Ctrl+Shift+W")
        _add(menu, "Close to a Linear", partial(neurons.close_row, view), "Ctrl+Shift+L")
    elif kinds == {"Linear"} and len(births) == 1:
        menu.addSeparator()
        _add(menu, "Open into neurons", partial(neurons.open_linear, view))


def _for_blocks(view: "View", menu: QMenu, born: str) -> None:
    """What makes a block of nodes, and what can be done with a block."""
    menu.addSeparator()
    if placed(view.drawing.document, born):
        _add(menu, "Open the block", partial(view.blocks.enter, born), "Return")
        _add(menu, "Unpack", view.blocks.unpack, "Ctrl+Shift+G")
        _add(menu, "Own definition", view.blocks.separate)
    _add(menu, "Collapse to a block…", view.blocks.ask_collapse, "Ctrl+G")


def _for_wire(view: "View", menu: QMenu, key: str, point: QPointF) -> None:
    document = view.drawing.document
    wire = document.wire(key)
    if document.has_node(wire.target) and document.node(wire.target).kind == "Neuron":
        _add(menu, "Type a weight", partial(view.weight_typed.emit, ""), "W")
        _add(menu, "Let the weight learn" if wire.fixed else "Fix the weight", partial(neurons.fix_weights, view))
        menu.addSeparator()
    _add(menu, "Insert a node…", partial(view.overlays.finder.on_wire, key, point))
    _add(menu, "Delete", view.commands.delete, QKeySequence.StandardKey.Delete)


def _for_canvas(view: "View", menu: QMenu, point: QPointF) -> None:
    if view.drawing.document.block:
        _add(menu, "Leave the block", view.blocks.leave, "Alt+Up")
        menu.addSeparator()
    _add(menu, "Add a node…", partial(view.overlays.finder.at, point), "Tab")
    _add(menu, "Paste", partial(view.commands.paste, point), QKeySequence.StandardKey.Paste)
    _add(menu, "Select all", view.commands.select_all, QKeySequence.StandardKey.SelectAll)
    menu.addSeparator()
    _add(menu, "Arrange", view.commands.arrange, "Ctrl+L")
    _add(menu, "Fit", view.camera.fit, "F")


def _add(menu: QMenu, text: str, verb: Callable[[], object], shortcut: str | QKeySequence.StandardKey = "") -> None:
    """An entry that names its key; the key itself is heard by the canvas, not by the menu."""
    action = menu.addAction(text)
    if shortcut:
        keys = QKeySequence(shortcut)
        action.setText(f"{text}\t{keys.toString(QKeySequence.SequenceFormat.NativeText)}")
    action.triggered.connect(lambda: verb())
