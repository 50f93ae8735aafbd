"""Rules about schedules and the length of the run that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from graph import edits
from graph.diagnostic import Diagnostic, Fix
from graph.kinds.schedule import MultiStepLR, StepLR
from graph.roles import ScheduleKind
from graph.spec import Kind

if TYPE_CHECKING:
    from graph.checks.whole import Survey


def schedules_change_something(survey: Survey) -> Iterator[Diagnostic]:
    """A schedule whose first drop comes behind the last epoch might as well not be there."""
    run = survey.document.catalogue.make("Run", survey.document.settings.params)
    epochs = int(getattr(run, "epochs", 0))
    for node in survey.of(ScheduleKind) if epochs else ():
        made = survey.document.make(node)
        first = _first_drop(made)
        if first is not None and first >= epochs:
            many = f"{epochs} epoch{'s'[: epochs > 1]}"
            message = f"{survey.name(node.born)} changes nothing: it drops first after {first}, and the run has {many}."
            often = max(1, epochs // 3)
            fix = Fix(f"Drop after {often}", partial(edits.set_param, born=node.born, name="step_size", value=often))
            helps = isinstance(made, StepLR) and often < epochs
            yield Diagnostic("schedule-idle", "hint", node.born, message, fix=fix if helps else None)


def _first_drop(made: Kind) -> int | None:
    """The number of epochs before the first drop; None if it counts none."""
    if not isinstance(made, (StepLR, MultiStepLR)) or made.unit != "epoch":
        return None
    return made.step_size if isinstance(made, StepLR) else min(made.milestones)
