"""The weights that a drawing begins with and that come from elsewhere, one state for each module that wants one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.pretrained.bringing import NoLibrary
from runtime.pretrained.weights import NoWeights, Tell, given
from runtime.program.given import given as wanted

if TYPE_CHECKING:
    import torch
    from torch import nn

    from runtime.program import Program

FILE = "pretrained.pt"
"""What an exported train.py begins with, beside it: a state for each path."""

States = dict[str, "dict[str, torch.Tensor]"]


class NoBeginning(Exception):
    """Why a node cannot begin with its weights: a sentence, and the node."""

    def __init__(self, sentence: str, born: str) -> None:
        super().__init__(sentence)
        self.born = born


def silent(text: str) -> None:
    """Where nobody listens."""


def states(program: Program, homes: Mapping[str, nn.Module], base: Path, tell: Tell = silent) -> States:
    """The states by the path of their module; of homes that are not given, none. Raises NoBeginning."""
    found: States = {}
    for one in wanted(program):
        if one.home in homes:
            try:
                found[one.path] = given(one.kind, homes[one.home].get_submodule(one.path), base, tell)
            except (NoWeights, NoLibrary) as error:
                raise NoBeginning(f"{one.path} cannot begin: {error}.", one.born) from error
    return found


def begin(program: Program, net: nn.Module, base: Path) -> None:
    """Lets a Net that nothing was trained of begin with what it should. Raises NoBeginning."""
    for path, state in states(program, {"net": net}, base).items():
        net.get_submodule(path).load_state_dict(state)
