"""What the user chose to see of the curves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from designer.plots.scale import Unit


class Part(Enum):
    """What a curve shows of a run."""

    TRAIN = "train"
    VALIDATION = "validation"


@dataclass
class View:
    """What the user chose to see. A range of None follows the data."""

    unit: Unit = Unit.STEP
    log: bool = False
    span: tuple[float, float] | None = None
    """The range of the horizontal axis, shared by all figures."""
    hover: float | None = None
    heights: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Ranges of vertical axes, by figure."""
