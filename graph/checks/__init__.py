"""Rules about drawings: those in `LOCAL` run on a node that was read again, those of `whole` on the graph."""

from graph.checks import habits, naming, values, wiring
from graph.checks.view import View

LOCAL = (*naming.RULES, *wiring.RULES, *values.RULES, *habits.RULES)

__all__ = ["LOCAL", "View"]
