"""Every wish of the user as one verb: `edits.connect(doc, "fc1", "y", "relu1", "x")`.

A verb checks first and writes then, as one transaction; one that cannot be raises `Refused` and leaves no trace.
"""

from graph.edits.clipboard import duplicate, paste
from graph.edits.insertion import insert, insert_node, remove_and_reconnect
from graph.edits.kinds import change_kind
from graph.edits.nodes import add, arrange, move, remove, rename, reset_param, set_param, set_run
from graph.edits.refusal import Refused
from graph.edits.wires import connect, set_wire

__all__ = [
    "Refused", "add", "arrange", "change_kind", "connect", "duplicate", "insert", "insert_node", "move", "paste",
    "remove", "remove_and_reconnect", "rename", "reset_param", "set_param", "set_run", "set_wire",
]  # fmt: skip
