"""The context menu of the canvas: what can be done with what lies under the pointer."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QMenu

from designer.canvas import annotating, bends, neurons, ordering, selecting, states
from designer.canvas.blocks import placed
from designer.canvas.scenery import menu as scenery
from designer.canvas.tools.grips import grip_under
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
    bend, grip = bends.under(view, point), grip_under(view, point) if born is None else None
    if bend is None and born is None and (grip is None or not grip.raised):
        key = wire_under(view, point)
    else:
        key = bend[0] if bend else None
    born = None if bend else born
    under = born or key or (grip.key if grip is not None else None)
    if under is not None and under not in selection:
        selection.set([under])
    menu = QMenu(view)
    if born is not None:
        _for_nodes(view, menu, born)
    elif key is not None:
        _for_wire(view, menu, key, point)
    elif grip is not None:
        scenery.fill(view, menu, grip.key, _add)
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
        _add(menu, f"Help on {kind.title}", partial(view.overlays.asked.emit, kind.name()), "help")
        menu.addSeparator()
    made = view.drawing.document.make(view.drawing.document.node(born))
    if any(port.type == "tensor" for port in made.ports_out()):
        _add(menu, "Look at values…", view.looking.emit, "look")
    _add(menu, "Rename", view.overlays.rename_selected, "rename")
    if view.drawing.selection.single is not None:
        _add(menu, "Change kind…", view.overlays.finder.other_kind, "change-kind")
    _add(menu, "Duplicate", commands.duplicate, "duplicate")
    for entry in states.entries(view):
        _add(menu, *entry)
    menu.addSeparator()
    _add(menu, "Cut", commands.cut, "cut")
    _add(menu, "Copy", commands.copy, "copy")
    _add(menu, "Delete", commands.delete, "delete")
    _add(menu, "Delete and reconnect", commands.delete_and_reconnect, "delete-reconnect")
    _add(menu, "Detach", commands.detach, "detach")
    _add(menu, "Put a frame around", partial(annotating.new_frame, view), "add-frame")
    _for_neurons(view, menu)
    _for_blocks(view, menu, born)
    menu.addSeparator()
    _add(menu, "Select everything upstream", commands.select_upstream, "select-upstream")
    _add(menu, "Select everything downstream", commands.select_downstream, "select-downstream")
    _add(menu, "Select everything connected", partial(selecting.connected, view), "select-connected")
    _add(menu, "Select the same kind", partial(selecting.same_kind, view), "select-same-kind")
    menu.addSeparator()
    _for_order(view, menu)
    _add(menu, "Lay out", commands.arrange, "arrange")
    _add(menu, "Zoom to selection", view.camera.fit_selection, "fit-selection")


def _for_order(view: "View", menu: QMenu) -> None:
    """What puts several nodes in order."""
    many = len(view.drawing.selection.births)
    if many < 2:
        return
    lines = menu.addMenu("Align")
    for edge, label in ordering.LABELS.items():
        _add(lines, label, partial(ordering.align, view, edge), f"align-{edge}")
    if many > 2:
        _add(menu, "Distribute across", partial(ordering.distribute, view, "across"), "distribute-across")
        _add(menu, "Distribute down", partial(ordering.distribute, view, "down"), "distribute-down")
    _add(menu, "Straighten wires", partial(ordering.straighten, view), "straighten")


def _for_neurons(view: "View", menu: QMenu) -> None:
    """What can be done with rows of neurons, and with a layer that could be one."""
    document, births = view.drawing.document, view.drawing.selection.births
    kinds = {document.node(born).kind for born in births}
    if kinds == {"Neuron"}:
        menu.addSeparator()
        if len(births) > 1:
            _add(menu, "Wire fully", partial(neurons.wire_fully, view), "wire-fully")
        _add(menu, "Close to a Linear", partial(neurons.close_row, view), "close-row")
    elif kinds == {"Linear"} and len(births) == 1:
        menu.addSeparator()
        _add(menu, "Open into neurons", partial(neurons.open_linear, view))


def _for_blocks(view: "View", menu: QMenu, born: str) -> None:
    """What makes a block of nodes, and what can be done with a block."""
    menu.addSeparator()
    if placed(view.drawing.document, born):
        _add(menu, "Open the block", partial(view.blocks.enter, born), "enter")
        _add(menu, "Unpack", view.blocks.unpack, "unpack")
        _add(menu, "Own definition", view.blocks.separate)
    _add(menu, "Collapse to a block…", view.blocks.ask_collapse, "collapse")
    if len(view.drawing.selection.births) > 1:
        _add(menu, "Fold repeats", view.blocks.fold, "fold-repeats")


def _for_wire(view: "View", menu: QMenu, key: str, point: QPointF) -> None:
    document = view.drawing.document
    wire = document.wire(key)
    if document.has_node(wire.target) and document.node(wire.target).kind == "Neuron":
        _add(menu, "Type a weight", partial(view.weight_typed.emit, ""), "type-weight")
        _add(menu, "Let the weight learn" if wire.fixed else "Fix the weight", partial(neurons.fix_weights, view))
        menu.addSeparator()
    _add(menu, "Insert a node…", partial(view.overlays.finder.on_wire, key, point))
    bend = bends.under(view, point)
    if bend is not None:
        _add(menu, "Remove the bend", partial(bends.remove, view, bend), "delete")
    else:
        _add(menu, "Add a bend", partial(bends.add, view, key, point))
    if bends.bent(view):
        _add(menu, "Take out the bends", partial(bends.straighten, view), "unbend-wires")
    _add(menu, "Delete", view.commands.delete, "delete")


def _for_canvas(view: "View", menu: QMenu, point: QPointF) -> None:
    if view.drawing.document.block:
        _add(menu, "Leave the block", view.blocks.leave, "leave")
        menu.addSeparator()
    _add(menu, "Add a node…", partial(view.overlays.finder.at, point), "add-node")
    _add(menu, "Add a frame", partial(annotating.new_frame, view), "add-frame")
    _add(menu, "Add a note", partial(annotating.new_note, view, point), "add-note")
    _add(menu, "Paste", partial(view.commands.paste, point), "paste")
    _add(menu, "Paste with incoming wires", partial(view.commands.paste, point, incoming=True), "paste-with-wires")
    _add(menu, "Select all", view.commands.select_all, "select-all")
    menu.addSeparator()
    _add(menu, "Lay out", view.commands.arrange, "arrange")
    _for_flow(view, menu)
    _add(menu, "Fold repeats", view.blocks.fold, "fold-repeats")
    _add(menu, "Fit", view.camera.fit, "fit")


def _for_flow(view: "View", menu: QMenu) -> None:
    """Which way data flow on this level."""
    ways = menu.addMenu("Data flow")
    for flow, text in (("right", "To the right"), ("down", "Down")):
        way = ways.addAction(text)
        way.setCheckable(True)
        way.setChecked(view.drawing.document.flow == flow)
        way.triggered.connect(partial(view.commands.set_flow, flow))


def _add(menu: QMenu, text: str, verb: Callable[[], object], action: str = "") -> None:
    """An entry that shows the key of an action; the key itself is heard by the canvas, not by the menu."""
    keys = _view(menu).keymap.of(action)
    menu.addAction(f"{text}\t{keys}" if keys else text).triggered.connect(lambda: verb())


def _view(menu: QMenu) -> "View":
    """The view whose menu, or menu in a menu, this is."""
    parent = menu.parent()
    return _view(parent) if isinstance(parent, QMenu) else cast("View", parent)
