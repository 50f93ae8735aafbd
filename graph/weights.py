"""What every layer with weights can be told of them: how they begin, what keeps them small, whether they learn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from graph.param import Param, param
from graph.shape import Side

GROUP = "weights"
"""The group of parameters that the inspector folds away."""

Shapes: TypeAlias = Mapping[str, Sequence[Side]]

GAINED = ("xavier_uniform", "xavier_normal", "orthogonal")
KAIMING = ("kaiming_uniform", "kaiming_normal")
SPREAD = ("normal", "trunc_normal", "sparse")
INITIALS = (
    "default", "zeros", "ones", "constant", "uniform", "normal", "trunc_normal", "xavier_uniform", "xavier_normal",
    "kaiming_uniform", "kaiming_normal", "orthogonal", "eye", "dirac", "sparse",
)  # fmt: skip
BENDS = ("relu", "leaky_relu", "tanh", "sigmoid", "selu", "linear")


def _init(default: Any, help: str, *when: str, **limits: Any) -> Param:
    declared: Param = param(default, help, printed=False, last=True, group=GROUP, **limits)
    return replace(declared, when=("init", when)) if when else declared


WEIGHTS: dict[str, Param] = {
    "init": _init(
        "default", "How the weights begin: as PyTorch does by itself, or as one of the named ways.", choices=INITIALS
    ),
    "init_value": _init(0.0, "The number that every weight begins with.", "constant"),
    "init_mean": _init(0.0, "The middle of the drawn numbers.", "normal", "trunc_normal"),
    "init_std": _init(
        0.02, "The spread of the drawn numbers (of trunc_normal, before it is cut at two of them).", *SPREAD, above=0.0
    ),
    "init_low": _init(-0.05, "The smallest number that is drawn.", "uniform"),
    "init_high": _init(0.05, "The largest number that is drawn.", "uniform"),
    "init_gain": _init(1.0, "A factor on the drawn numbers: 1.4 before a ReLU, 1.7 before a Tanh.", *GAINED, above=0.0),
    "init_nonlinearity": _init(
        "relu", "The activation that follows, for which the spread is made.", *KAIMING, choices=BENDS
    ),
    "init_slope": replace(
        _init(0.01, "The slope of the leaky_relu that follows.", min=0.0), when=("init_nonlinearity", ("leaky_relu",))
    ),
    "init_mode": _init(
        "fan_in", "Keep the spread of values on the way forward (fan_in), or of slopes on the way back (fan_out).",
        *KAIMING, choices=("fan_in", "fan_out"),
    ),
    "init_sparsity": _init(0.9, "The part of each column that begins as zero.", "sparse", min=0.0, below=1.0),
    "bias_init": _init("default", "How the biases begin.", choices=("default", "zeros", "ones", "constant")),
    "bias_value": replace(_init(0.0, "The number that every bias begins with."), when=("bias_init", ("constant",))),
    "l1": _init(0.0, "Adds this times the sum of the weights' sizes to what is made small: many become zero.", min=0.0),
    "l2": _init(0.0, "Adds this times the sum of the weights' squares to what is made small: none grows.", min=0.0),
    "max_norm": _init(
        None, "After each step, what leads to one unit is shortened to this length.", type="float", optional=True,
        above=0.0,
    ),
    "parametrization": _init(
        "none", "Learn length and direction of weights apart (weight_norm), or keep their largest stretch at 1 "
        "(spectral_norm).", choices=("none", "weight_norm", "spectral_norm"),
    ),
    "lr_factor": _init(1.0, "How many times the optimizer's learning rate these weights learn with.", min=0.0),
    "decay": _init(
        None, "The weight decay of these weights; left out, the optimizer's.", type="float", optional=True, min=0.0
    ),
    "frozen": _init(False, "Keep the weights as they are, and the layer as when it is used, while the others learn."),
}  # fmt: skip
"""The parameters, by name; a kind that has one of such a name itself keeps its own."""
WEIGHTS = {name: replace(declared, name=name) for name, declared in WEIGHTS.items()}
UNBIASED = tuple(name for name in WEIGHTS if not name.startswith("bias"))
"""What a layer without biases can be told."""


def equip(kind: Any, names: Sequence[str]) -> None:
    """Gives a kind those of these parameters that it has not declared itself."""
    for name in names:
        if name not in kind.params:
            kind.params[name] = WEIGHTS[name]
            setattr(kind, name, WEIGHTS[name].default)


def setting(kind: Any, name: str) -> Any:
    """One of these parameters of a node's kind; its default where the kind has none, or one of its own of that name."""
    declared = kind.params.get(name)
    return getattr(kind, name) if declared is not None and declared.group == GROUP else WEIGHTS[name].default


def is_bias(name: str) -> bool:
    return "bias" in name


def mains(shapes: Shapes) -> list[str]:
    """The weights that a layer multiplies with: those with several sides; where it has none, all that are no biases."""
    own = [name for name in shapes if not is_bias(name)]
    return [name for name in own if len(shapes[name]) > 1] or own


def parameters(kind: Any, shapes: Shapes) -> dict[str, tuple[Side, ...]]:
    """The parameters that torch holds: a parametrization keeps other tensors in the place of the weight."""
    found = {name: tuple(shape) for name, shape in shapes.items()}
    chosen = setting(kind, "parametrization")
    if chosen == "none" or "weight" not in found:
        return found
    weight = found.pop("weight")
    if chosen == "spectral_norm":
        return {**found, "parametrizations.weight.original": weight}
    length = (weight[0], *[1] * (len(weight) - 1))
    start = "parametrizations.weight.original"
    return {**found, f"{start}0": length, f"{start}1": weight}


# --- what does not go together


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that cannot be: the sentence (with {node} in it), and the parameter that should be given up."""

    text: str
    name: str


_SIDES: dict[str, tuple[Callable[[int], bool], str]] = {
    **dict.fromkeys((*GAINED, *KAIMING), (lambda sides: sides > 1, "tables of weights")),
    **dict.fromkeys(("eye", "sparse"), (lambda sides: sides == 2, "tables of weights, as a Linear has")),
    "dirac": (lambda sides: 3 <= sides <= 5, "filters, as convolutions have"),
}


def clashes(kind: Any, shapes: Shapes) -> list[Clash]:
    """What is asked of a layer's weights and cannot be done with weights of these shapes."""
    found = []
    chosen, apart = setting(kind, "init"), setting(kind, "parametrization")
    fits, wanted = _SIDES.get(chosen, (lambda sides: True, ""))
    if not all(fits(len(shapes[name])) for name in mains(shapes)):
        found.append(Clash(f"{{node}} cannot begin as {chosen}: that is for {wanted}.", "init"))
    if apart != "none" and len(shapes.get("weight", ())) < 2:
        found.append(Clash(f"{{node}} has no table of weights that {apart} could be put on.", "parametrization"))
    elif apart != "none" and setting(kind, "max_norm") is not None:
        found.append(Clash(f"The weights of {{node}} follow from {apart}: max_norm cannot shorten them.", "max_norm"))
    if setting(kind, "init_low") >= setting(kind, "init_high"):
        found.append(Clash("What {node} draws must lie between init_low and a greater init_high.", "init_low"))
    return found
