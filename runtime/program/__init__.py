"""What a drawing trains, told from document and reading; needs no torch."""

from runtime.program.definitions import BlockClass, BlockUnit
from runtime.program.looping import LoopUnit
from runtime.program.parts import Figure, Phase, ScheduleNode, SourceNode, Term
from runtime.program.program import Program
from runtime.program.stages import Stage
from runtime.program.units import NodeUnit, ProgramError, Spot, Unit, Use

__all__ = [
    "BlockClass",
    "BlockUnit",
    "Figure",
    "LoopUnit",
    "NodeUnit",
    "Phase",
    "Program",
    "ProgramError",
    "ScheduleNode",
    "SourceNode",
    "Spot",
    "Stage",
    "Term",
    "Unit",
    "Use",
]
