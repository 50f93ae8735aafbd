"""The activations of a single neuron: which kind of node each of them is, and what computes it in source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Bend:
    """`kind` with `params` is the same activation as a node; `function` the callable of one tensor in source.

    `helper` is the text of that function where torch has none. `flat`: it has no slope to learn by.
    """

    kind: str
    function: str
    params: Mapping[str, Any] = field(default_factory=dict)
    helper: str = ""
    flat: bool = False


UNIT_STEP = '''\
def unit_step(x):
    """1 where x is zero or more, else 0."""
    return (x >= 0).to(x.dtype)
'''

BIPOLAR_STEP = '''\
def bipolar_step(x):
    """1 where x is zero or more, else -1."""
    return 2 * (x >= 0).to(x.dtype) - 1
'''

GAUSSIAN = '''\
def gaussian(x):
    """A bell: 1 at zero, less the farther from it."""
    return torch.exp(-x.square())
'''

BENDS: Mapping[str, Bend] = {
    "identity": Bend("Identity", ""),
    "step": Bend("Step", "unit_step", helper=UNIT_STEP, flat=True),
    "bipolar_step": Bend("Step", "bipolar_step", {"low": -1.0}, BIPOLAR_STEP, flat=True),
    "sigmoid": Bend("Sigmoid", "torch.sigmoid"),
    "tanh": Bend("Tanh", "torch.tanh"),
    "relu": Bend("ReLU", "torch.relu"),
    "leaky_relu": Bend("LeakyReLU", "F.leaky_relu"),
    "relu6": Bend("ReLU6", "F.relu6"),
    "elu": Bend("ELU", "F.elu"),
    "selu": Bend("SELU", "F.selu"),
    "celu": Bend("CELU", "F.celu"),
    "gelu": Bend("GELU", "F.gelu"),
    "silu": Bend("SiLU", "F.silu"),
    "mish": Bend("Mish", "F.mish"),
    "softplus": Bend("Softplus", "F.softplus"),
    "softsign": Bend("Softsign", "F.softsign"),
    "log_sigmoid": Bend("LogSigmoid", "F.logsigmoid"),
    "hardtanh": Bend("Hardtanh", "F.hardtanh"),
    "hardsigmoid": Bend("Hardsigmoid", "F.hardsigmoid"),
    "hardswish": Bend("Hardswish", "F.hardswish"),
    "hardshrink": Bend("Hardshrink", "F.hardshrink"),
    "softshrink": Bend("Softshrink", "F.softshrink"),
    "tanhshrink": Bend("Tanhshrink", "F.tanhshrink"),
    "sin": Bend("Sine", "torch.sin", {"frequency": 1.0}),
    "gaussian": Bend("Gaussian", "gaussian", helper=GAUSSIAN),
}
"""By the name that a neuron's parameter `activation` takes."""

HELPERS: Mapping[str, str] = {bend.function: bend.helper for bend in BENDS.values() if bend.helper}
"""The text of each function that is not torch's own."""
