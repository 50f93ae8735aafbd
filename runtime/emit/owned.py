"""Says what a phase trains: as an expression for its parameters, and in words."""

from collections.abc import Iterable, Sequence

from runtime.emit.weights import frozen_within
from runtime.program import Phase, Program, Unit
from runtime.program.units import parts_of

SEVERAL = 6
"""From so many nodes on, what is trained is told by what is not."""


def parameters(program: Program, owned: frozenset[str]) -> str:
    """An expression for the parameters of owned units, as short as it can be."""
    groups = []
    for home, units in (("net", program.net), ("extras", program.extras)):
        with_weights = [unit for unit in parts_of(units) if unit.weights()]
        chosen = [unit for unit in with_weights if unit.born in owned]
        single = len(chosen) == 1 and len(program.phases) > 1
        if chosen and len(chosen) == len(with_weights) and not single:
            groups.append(learning(program, f"self.{home}.parameters()", chosen))
        elif len(chosen) > SEVERAL and all(unit.frozen for unit in with_weights if unit not in chosen):
            groups.append(f"(w for w in self.{home}.parameters() if w.requires_grad)")
        else:
            groups += [learning(program, f"self.{home}.{unit.id}.parameters()", [unit]) for unit in chosen]
    return groups[0] if len(groups) == 1 else f"[{', '.join('*' + group for group in groups)}]"


def learning(program: Program, text: str, units: Sequence[Unit]) -> str:
    """An expression for parameters, without those of layers that are frozen within blocks."""
    return f"(w for w in {text} if w.requires_grad)" if frozen_within(program, units) else text


def owned_text(program: Program, phase: Phase) -> str:
    """What a phase trains, in words: `net`, or the names of nodes."""
    every = [unit for unit in parts_of(program.units) if unit.weights()]
    own = [unit for unit in every if unit.born in phase.owned]
    if len(own) == 1 and len(program.phases) > 1:
        return own[0].id
    if own == [unit for unit in parts_of(program.net) if unit.weights()] or len(own) == len(every):
        return "net" if not any(unit in parts_of(program.extras) for unit in own) else "everything"
    left = [unit for unit in every if unit.born not in phase.owned]
    if len(own) > SEVERAL and all(unit.frozen for unit in left):
        return f"all but {_names(left)}"
    return _names(own)


def _names(units: Iterable[Unit]) -> str:
    return ", ".join(unit.id for unit in units)
