"""What is taken away: a compiled drawing, the weights it has learned if any, and where its data stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.document import Document
from graph.reading import Reading
from graph.shape import Axis, Tensor
from runtime import emit
from runtime.program import Program, ProgramError

if TYPE_CHECKING:
    import torch
    from torch import nn

LENGTH = 5
"""The length of example sequences whose real length is open."""


class ExportError(Exception):
    """Why a drawing could not be taken away, as a sentence."""


@dataclass(frozen=True, slots=True)
class Take:
    """One drawing on its way out.

    `weights` are those of Net by the keys of its state_dict; without them a fresh Net, drawn by the seed, is taken.
    `base` is the folder that relative paths of data start from. `device` and `threads` are those of the run whose
    numbers `train.py` should repeat. `picture` is what a picture is asked to show: figure, look, legend.
    """

    document: Document
    reading: Reading
    name: str = "model"
    base: Path = field(default_factory=Path)
    weights: Mapping[str, torch.Tensor] | None = None
    threads: int = 1
    device: str = "auto"
    picture: Mapping[str, Any] = field(default_factory=dict)

    def program(self) -> Program:
        """The compiled drawing. Raises ExportError."""
        try:
            return Program(self.reading)
        except ProgramError as error:
            raise ExportError(error.sentence) from error


def make_net(take: Take, program: Program) -> nn.Module:
    """Net with its weights, in the state in which it is used. Raises ExportError."""
    import torch

    from runtime import own_code
    from runtime.build import build
    from runtime.pretrained.beginning import NoBeginning, begin

    torch.manual_seed(program.run.seed)
    try:
        with own_code.importable(own_code.files(take.document, take.base)):
            net = build(emit.model(program, take.name).text).net()
    except own_code.Locked as error:
        raise ExportError(str(error)) from error
    try:
        _load(net, take.weights) if take.weights is not None else begin(program, net, take.base)
    except NoBeginning as error:
        raise ExportError(str(error)) from error
    return net.eval()


def _load(net: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    own = {key: tuple(tensor.shape) for key, tensor in net.state_dict().items()}
    given = {key: tuple(tensor.shape) for key, tensor in weights.items()}
    for key in own | given:
        if own.get(key) != given.get(key):
            raise ExportError(
                f"The weights do not belong to this drawing: {key} is {_shape(given.get(key))} in the weights and "
                f"{_shape(own.get(key))} in the drawing. Train it again, or export the drawing that the run has kept."
            )
    net.load_state_dict(dict(weights))


def _shape(shape: tuple[int, ...] | None) -> str:
    return "missing" if shape is None else "×".join(map(str, shape)) or "a number"


def examples(program: Program, rows: int, length: int = LENGTH) -> dict[str, torch.Tensor]:
    """Made values for Net's arguments, by name. Raises ExportError if a shape is not known."""
    import torch

    chance = torch.Generator().manual_seed(rows)
    made: dict[str, torch.Tensor] = {}
    for spot, name in program.net_arguments.items():
        tensor = program.tensor(spot)
        sides = _sides(tensor, rows, length, name)
        index = tensor is not None and tensor.dtype == "index"
        top = (tensor.classes if tensor is not None else None) or 2
        made[name] = torch.randint(top, sides, generator=chance) if index else torch.randn(sides, generator=chance)
    if not made:
        raise ExportError("The model takes nothing in: wire a data node or an Input into it.")
    return made


def with_states(program: Program, net: nn.Module, inputs: dict[str, Any]) -> dict[str, Any]:
    """Made values for Net's arguments, with a state from which it goes on, where it keeps one."""
    import torch

    if not program.net_keeping:
        return inputs
    with torch.no_grad():
        *_, state = net(**inputs)
    return {**inputs, "state": state}


def named_states(program: Program, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same by names that a file can have: each tensor of the state by its own."""
    found = {name: value for name, value in values.items() if name != "state"}
    names = [f"{one.name}_before" for one in program.net_keeping.kept]
    return found | dict(zip(names, as_tuple(values["state"]), strict=True)) if names else found


def flat(result: Any) -> tuple[Any, ...]:
    """What Net returns as tensors one behind the other, those of a state last."""
    return tuple(part for one in as_tuple(result) for part in as_tuple(one))


def _sides(tensor: Tensor | None, rows: int, length: int, name: str) -> list[int]:
    found = []
    for side in tensor.known if tensor is not None and tensor.sides is not None else (None,):
        if side is None:
            raise ExportError(f"The shape of {name} is not known, so the model cannot be traced.")
        found.append(side if isinstance(side, int) else rows if side.letter == "N" else side.length or length)
    return found


def open_sides(program: Program) -> dict[str, dict[int, str]]:
    """For each argument of Net the sides whose size is left open, with the letter of each."""
    return {
        name: {at: side.letter for at, side in enumerate(tensor.known) if isinstance(side, Axis)}
        for spot, name in program.net_arguments.items()
        if (tensor := program.tensor(spot)) is not None
    }


def open_lengths(program: Program) -> list[int]:
    """The lengths of sequences that are left open, as they are traced."""
    tensors = (program.tensor(spot) for spot in program.net_arguments)
    axes = (side for tensor in tensors if tensor is not None for side in tensor.known if isinstance(side, Axis))
    return sorted({axis.length or LENGTH for axis in axes if axis.letter == "T"})


def as_tuple(result: Any) -> tuple[Any, ...]:
    """What Net returns as a tuple of tensors."""
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


def furthest(given: Any, wanted: Any) -> float:
    """The greatest difference between two results, relative to the largest number beside it where that is above 1.

    A score near zero that large numbers add up to carries the rounding of those, so it is judged with them.
    """
    import torch

    worst = 0.0
    for left, right in zip(flat(given), flat(wanted), strict=True):
        left, right = torch.as_tensor(left).detach().double(), torch.as_tensor(right).detach().double()
        if left.shape != right.shape:
            return float("inf")
        if left.numel():
            worst = max(worst, float((left - right).abs().max() / right.abs().max().clamp(min=1)))
    return worst
