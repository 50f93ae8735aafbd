"""The Neurons menu."""

from designer import neurons
from designer.actions.action import Action

ACTIONS = (
    Action("add-row", "&Add a row of neurons…", neurons.add_row, ("Ctrl+Shift+A",)),
    Action("wire-fully", "&Wire fully", lambda w: w.view.commands.wire_fully(), ("Ctrl+Shift+W",), neurons.several),
    None,
    Action("open-linear", "&Open into neurons", neurons.open_linear, ("Ctrl+Shift+O",), neurons.is_linear),
    Action(
        "close-row", "&Close to a Linear", lambda w: w.view.commands.close_row(), ("Ctrl+Shift+L",), neurons.are_neurons
    ),
    None,
    Action("type-weight", "&Type a weight", neurons.type_weight, ("W",), neurons.is_wire, canvas=True),
    Action(
        "fix-weights", "&Fix or free the weight", lambda w: w.view.commands.fix_weights(), ("Shift+W",),
        neurons.into_neurons, canvas=True,
    ),
    Action("adopt-weights", "A&dopt weights of a run…", neurons.adopt_weights, (), neurons.has_neurons),
)  # fmt: skip
