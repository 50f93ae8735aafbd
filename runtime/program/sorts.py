"""What sort of node a kind makes for a program: a source, an output, or something that computes."""

from graph.blocks import Placement
from graph.roles import Metric, Optimizer
from graph.spec import Kind, Port


def _takes(port: Port) -> bool:
    return port.type == "tensor"


def is_source(kind: Kind) -> bool:
    return not _computes(kind) and any(_takes(port) for port in kind.outputs)


def is_output(kind: Kind) -> bool:
    takes = any(_takes(port) for port in kind.inputs)
    return takes and not kind.outputs and not isinstance(kind, (Metric, Optimizer, Placement))


def is_unit(kind: Kind) -> bool:
    return _computes(kind) and any(_takes(port) for port in kind.outputs)


def _computes(kind: Kind) -> bool:
    """Whether a node turns what comes in into what goes out; a block may do so with nothing that comes in."""
    return bool(kind.inputs) or isinstance(kind, Placement)
