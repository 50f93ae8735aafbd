"""Takes a model away as ONNX, for any number of rows, checked against onnxruntime before it is written."""

from __future__ import annotations

import importlib.util
import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.files import replace_file
from runtime.exports.pt2 import NEAR, ROWS, TRACED, as_open_as_can_be, first_line
from runtime.exports.take import ExportError, Take, examples, furthest, make_net, named_states, with_states
from runtime.program import Program

if TYPE_CHECKING:
    from torch import nn
    from torch.onnx import ONNXProgram

TOOLS = ("onnx", "onnxscript", "onnxruntime")


def write(take: Take, out: Path) -> str:
    """Exports, runs the result in onnxruntime, compares, and only then writes."""
    _need_tools()
    program = take.program()
    net = make_net(take, program)
    written, told = _convert(program, net)
    worst = max(_difference(net, written, program, rows) for rows in ROWS)
    if worst > NEAR:
        raise ExportError(f"The ONNX model answers otherwise than the drawing, by {worst:.1e}; nothing was written.")
    replace_file(out, written)
    return f"Wrote a model that onnxruntime answers alike; the greatest difference is {worst:.1e}.{told}"


def _need_tools() -> None:
    missing = [name for name in TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        raise ExportError(f"To write ONNX, {' and '.join(missing)} must be installed: pip install {' '.join(missing)}")


def _convert(program: Program, net: nn.Module) -> tuple[bytes, str]:
    """The model as ONNX, and what is to be told of it. Raises ExportError."""
    import torch

    inputs = with_states(program, net, examples(program, TRACED))
    names = list(named_states(program, inputs))

    def attempt(shapes: dict[str, Any]) -> ONNXProgram | None:
        with _quiet():
            return torch.onnx.export(
                net, (), kwargs=inputs, input_names=names, output_names=_outputs(program),
                dynamic_shapes=shapes, dynamo=True, verbose=False,
            )  # fmt: skip

    try:
        made, told = as_open_as_can_be(program, attempt)
    except Exception as error:  # whatever the exporter cannot do: its reason goes to the user, shortened
        raise ExportError(f"PyTorch cannot write this model as ONNX: {_reason(error)}") from error
    if made is None:
        raise ExportError("PyTorch wrote no ONNX model, and did not say why.")
    content: bytes = made.model_proto.SerializeToString()
    return content, told


def _reason(error: Exception) -> str:
    """What the exporter says went wrong, which stands behind its advice for programmers."""
    found = re.search(r"## Exception summary\s+<class '[^']*'>: (.+)", str(error))
    return found[1][:300] if found else first_line(error)


def _outputs(program: Program) -> list[str]:
    """The names of what comes out; a name that goes in as well gets a mark."""
    taken = set(program.net_arguments.values())
    found: list[str] = []
    for use in program.outputs:
        name = program.id_of(use.spot)
        while name in taken:
            name += "_"
        taken.add(name)
        found.append(name)
    return found + [f"{one.name}_after" for one in program.net_keeping.kept]


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter tells its progress in many words; they are for nobody here."""
    level = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _difference(net: nn.Module, written: bytes, program: Program, rows: int) -> float:
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(written, options, providers=["CPUExecutionProvider"])
    inputs = with_states(program, net, examples(program, rows))
    wanted = {given.name for given in session.get_inputs()}
    given = session.run(
        None, {name: tensor.numpy() for name, tensor in named_states(program, inputs).items() if name in wanted}
    )
    with torch.no_grad():
        return furthest(given, net(**inputs))
