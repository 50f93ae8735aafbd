"""Takes the weights away as safetensors, under the names of the nodes."""

from __future__ import annotations

import json
from pathlib import Path

from graph.files import replace_file
from runtime.exports.take import Take, make_net
from runtime.program import Program
from runtime.program.neuron_row import NeuronRow, Packing
from runtime.program.neuron_table import NeuronTable


def write(take: Take, out: Path) -> str:
    """Writes Net's state; the table that finds single neurons in it stands in the metadata under `neurons`."""
    from safetensors.torch import save

    program = take.program()
    state = make_net(take, program).state_dict()
    table = packing(program)
    metadata = {"format": "pt", "made_by": "neuroloom", "model": take.name}
    if table:
        metadata["neurons"] = json.dumps(table, ensure_ascii=False)
    replace_file(out, save({key: tensor.contiguous() for key, tensor in state.items()}, metadata))
    numbers = sum(tensor.numel() for tensor in state.values())
    return f"Wrote {len(state)} tensors with {numbers:,} numbers."


def packing(program: Program) -> Packing:
    """For each neuron of Net where its weights are kept."""
    found: Packing = {}
    for unit in program.net:
        if isinstance(unit, (NeuronRow, NeuronTable)):
            found |= unit.packing()
    return found
