"""The Neurons menu."""

from designer import neurons
from designer.actions.action import Action
from designer.canvas import neurons as commands

ACTIONS = (
    Action("add-row", "&Add a row of neurons…", neurons.add_row, ("Ctrl+Shift+A",)),
    Action("wire-fully", "&Wire fully", lambda w: commands.wire_fully(w.view), ("Ctrl+Shift+W",), neurons.several),
    None,
    Action("open-linear", "&Open into neurons", neurons.open_linear, ("Ctrl+Shift+O",), neurons.is_linear),
    Action(
        "close-row", "&Close to a Linear", lambda w: commands.close_row(w.view), ("Ctrl+Shift+L",), neurons.are_neurons
    ),
    None,
    Action("type-weight", "&Type a weight", neurons.type_weight, ("W",), neurons.is_wire, canvas=True),
    Action(
        "fix-weights", "&Fix or free the weight", lambda w: commands.fix_weights(w.view), ("Shift+W",),
        neurons.into_neurons, canvas=True,
    ),
    Action("adopt-weights", "A&dopt weights of a run…", neurons.adopt_weights, (), neurons.has_neurons),
)  # fmt: skip
