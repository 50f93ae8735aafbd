"""Every wish of the user as one verb: `edits.connect(doc, "fc1", "y", "relu1", "x")`.

A verb checks first and writes then, as one transaction; one that cannot be raises `Refused` and leaves no trace.
"""

from graph.edits.aligning import align, distribute
from graph.edits.arranging import arrange, set_flow
from graph.edits.blocks import (
    drop_block_param,
    move_port,
    new_block,
    remove_block,
    rename_block,
    rename_block_param,
    separate,
    set_block_param,
)
from graph.edits.bookmarks import remove_bookmark, rename_bookmark, set_bookmark
from graph.edits.bringing import bring
from graph.edits.clipboard import duplicate, paste
from graph.edits.closing import close_row
from graph.edits.collapsing import collapse
from graph.edits.folding import fold_repeats
from graph.edits.frames import (
    add_frame,
    add_frame_around,
    add_note,
    fit_frame,
    fit_note,
    move_frame,
    set_frame,
    set_note,
)
from graph.edits.insertion import connect_with_delay, detach, insert, insert_node, remove_and_reconnect
from graph.edits.kinds import change_kind
from graph.edits.neurons import add_row, adopt_weights, connect_rows, wire_fully
from graph.edits.nodes import add, move, remove, rename, reset_param, set_param, set_run
from graph.edits.opening import open_linear
from graph.edits.refusal import Refused
from graph.edits.routing import unbend
from graph.edits.states import set_state, toggle_state
from graph.edits.straightening import straighten
from graph.edits.unpacking import unpack
from graph.edits.wires import connect, set_wire

__all__ = [
    "Refused", "add", "add_frame", "add_frame_around", "add_note", "add_row", "adopt_weights", "align", "arrange",
    "bring", "change_kind", "close_row", "collapse", "connect", "connect_rows", "connect_with_delay", "detach",
    "distribute", "drop_block_param", "duplicate", "fit_frame", "fit_note", "fold_repeats", "insert", "insert_node",
    "move", "move_frame", "move_port", "new_block", "open_linear", "paste", "remove", "remove_and_reconnect",
    "remove_block", "remove_bookmark", "rename", "rename_block", "rename_block_param", "rename_bookmark",
    "reset_param", "separate", "set_block_param", "set_bookmark", "set_flow", "set_frame", "set_note", "set_param",
    "set_run", "set_state", "set_wire", "straighten", "toggle_state", "unbend", "unpack", "wire_fully",
]  # fmt: skip
