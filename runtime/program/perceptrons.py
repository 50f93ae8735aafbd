"""Phases without a slope: the perceptron's rule, the unit that it trains, and its share of mistakes as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graph.checks.perceptron import low_of
from graph.document import Document
from graph.kinds.perceptron import PerceptronRule, mistakes
from graph.reading import Reading
from graph.records import Node
from runtime.program.neuron_row import NeuronRow
from runtime.program.parts import Figure, Phase
from runtime.program.units import NodeUnit, ProgramError, Unit, inputs_of

if TYPE_CHECKING:
    from runtime.program.program import Program


def rules(document: Document, reading: Reading, nodes: Sequence[Node]) -> list[Figure]:
    """The figures of the rules that have a prediction and a target."""
    found = []
    for node in nodes:
        inputs = inputs_of(document, reading, node)
        if {"prediction", "target"} <= inputs.keys():
            found.append(Figure(NodeUnit(node, mistakes(low_of(document, node.born)), inputs, reading)))
    return found


def is_rule(phase: Phase) -> bool:
    return isinstance(phase.kind, PerceptronRule)


def perceptron(program: Program, phase: Phase) -> Unit:
    """The one unit that a rule trains. Raises ProgramError where that is none or another."""
    owned = [unit for unit in program.units if unit.born in phase.owned]
    if len(owned) != 1 or not isinstance(owned[0], (NodeUnit, NeuronRow)) or len(owned[0].spots) != 1:
        wanted = "one Linear, or one row of neurons that one Concatenate joins"
        raise ProgramError(f"{phase.id} trains {wanted}.", phase.born)
    return owned[0]
