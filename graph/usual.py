"""What most often stands next to a port: the kinds that a search at the end of a wire offers first."""

from __future__ import annotations

from typing import Literal

from graph.shape import Tensor, Value
from graph.spec import Kind, Port, PortType

LETTERED = {1: "1d", 2: "2d", 3: "3d"}
"""How torch ends the names of kinds for so many sides beside rows and channels."""

AFTER = {
    "Linear": "ReLU Dropout CrossEntropyLoss Accuracy MSELoss Linear GELU Tanh Sigmoid BCEWithLogitsLoss Output",
    "Flatten": "Linear Dropout ReLU",
    "Embedding": "LSTM PositionalEmbedding PositionalEncoding GRU Mean TransformerEncoderLayer Conv1d",
    "Neuron": "Neuron Accuracy MSELoss BCEWithLogitsLoss PerceptronRule Output",
    "LSTM": "LastStep Linear Dropout LSTM Mean",
    "GRU": "LastStep Linear Dropout GRU Mean",
    "RNN": "LastStep Linear Dropout RNN Mean",
    "LastStep": "Linear Dropout",
    "MultiheadAttention": "Add Dropout LayerNorm Linear",
    "Add": "ReLU LayerNorm Linear Add",
    "Softmax": "MatMul Multiply NLLLoss Output Accuracy",
    "Sigmoid": "BCELoss Linear Multiply Output Accuracy",
    "PositionalEncoding": "TransformerEncoderLayer Dropout MultiheadAttention",
    "TransformerEncoderLayer": "TransformerEncoderLayer Mean Linear LastStep",
    "Transpose": "CrossEntropyLoss Accuracy Linear",
}
"""Kinds that follow a kind, wherever it stands."""

FOLLOWING = {
    "convolution": "ReLU BatchNorm{} MaxPool{} Conv{} GELU Dropout Add",
    "normalization": "ReLU GELU Conv{} MaxPool{} Linear MultiheadAttention",
    "pooling": "Conv{} Flatten Linear Dropout",
    "padding": "Conv{} MaxPool{}",
    "resampling": "Conv{} Concatenate",
    "loss": "Adam AdamW SGD",
    "schedule": "Adam AdamW SGD",
    "block": "Output AdversarialLoss CrossEntropyLoss MSELoss Concatenate Linear",
}
"""Kinds that follow those of a family; {} is the ending for so many sides."""

CARRIED = {
    2: "Linear Dropout ReLU CrossEntropyLoss MSELoss Concatenate Add Output",
    3: "LSTM Conv1d Linear GRU TransformerEncoderLayer LayerNorm LastStep Add",
    4: "Conv2d Flatten Linear MaxPool2d BatchNorm2d ReLU GlobalAveragePool Add",
    5: "Conv3d Flatten MaxPool3d BatchNorm3d ReLU Add",
}
"""Kinds for values with so many sides, whatever gives them."""

ROWS = {
    2: "Linear Neuron Standardize MinMax Embedding",
    3: "LSTM Conv1d Linear Standardize GRU",
    4: "Conv2d Flatten Linear Scale Standardize MinMax",
    5: "Conv3d Flatten Linear Standardize",
}
"""Kinds for what comes from data."""

ANY = "Linear Conv2d Flatten ReLU Embedding Add Concatenate Dropout"
NUMBERED = "Embedding OneHot"
"""Kinds for whole numbers, such as those of words."""

CLASSES = "CrossEntropyLoss Accuracy BCEWithLogitsLoss"
NUMBERS = "MSELoss MeanAbsoluteError BCEWithLogitsLoss Standardize HuberLoss PerceptronRule"
"""Kinds for answers that are classes, and for others."""

INTO = {
    "loss": "CrossEntropyLoss MSELoss BCEWithLogitsLoss",
    "schedule": "CosineAnnealingLR StepLR OneCycleLR",
    "prediction": "Linear Softmax Sigmoid LastStep GlobalAveragePool",
    "target": "Digits CSV ImageFolder",
}
"""Kinds in front of an input of such a type or name."""

BEFORE = {
    "linear": "Flatten ReLU Linear Dropout LastStep GlobalAveragePool Digits CSV",
    "convolution": "ReLU MaxPool{} Digits Conv{} BatchNorm{} ImageFolder",
    "activation": "Linear Conv2d BatchNorm2d Neuron Add",
    "pooling": "ReLU Conv{} BatchNorm{}",
    "normalization": "Conv{} Linear Add",
    "recurrent": "Embedding Dropout Sequences",
    "attention": "LayerNorm PositionalEncoding Embedding",
}
"""Kinds in front of those of a family."""


def after(kind: type[Kind], port: str, value: Value) -> list[str]:
    """Names of kinds that a wire out of such a node most often leads to, the likeliest first."""
    if kind.family == "data" and not kind.inputs:
        return (_after_answers(value) if _gives_answers(kind, port) else _after_rows(value)).split()
    found = [AFTER.get(kind.__name__, ""), FOLLOWING.get(kind.family, ""), _for_rank(CARRIED, value)]
    return _names(" ".join(found), _ending(kind, value))


def before(kind: type[Kind], port: Port) -> list[str]:
    """Names of kinds that a wire into such a node most often comes from."""
    family = "linear" if kind.__name__ == "Linear" else kind.family
    found = INTO.get(port.type) or INTO.get(port.name) or BEFORE.get(family, "Linear ReLU Digits CSV")
    return _names(found, _ending(kind, Tensor()))


def entry(
    kind: type[Kind], other: type[Kind], port: str, type: PortType, direction: Literal["in", "out"]
) -> Port | None:
    """The port of a new node at which a wire between it and a port of another ends; `direction` is that port's side.

    It is the first of its type; but what comes out of data as y are the answers, and answers go where a target is.
    """
    ports = [known for known in (kind.inputs if direction == "out" else kind.outputs) if known.type == type]
    answers = _gives_answers(other, port) if direction == "out" else port == "target"
    wanted = "target" if direction == "out" else "y"
    return next((known for known in ports if answers and known.name == wanted), ports[0] if ports else None)


def _gives_answers(kind: type[Kind], port: str) -> bool:
    return port == "y" and kind.family == "data" and kind.output("x") is not None


def _after_answers(value: Value) -> str:
    return CLASSES if isinstance(value, Tensor) and value.dtype == "index" else NUMBERS


def _after_rows(value: Value) -> str:
    if isinstance(value, Tensor) and value.dtype == "index":
        return NUMBERED
    return _for_rank(ROWS, value)


def _for_rank(table: dict[int, str], value: Value) -> str:
    return table.get(value.rank, ANY) if isinstance(value, Tensor) and value.sides is not None else ANY


def _ending(kind: type[Kind], value: Value) -> str:
    """The ending of names for as many sides as the kind is for, or as it carries."""
    own = next((ending for ending in LETTERED.values() if kind.__name__.endswith(ending)), None)
    rank = value.rank - 2 if isinstance(value, Tensor) and value.sides is not None else 2
    return own or LETTERED.get(rank, "2d")


def _names(text: str, ending: str) -> list[str]:
    return list(dict.fromkeys(text.replace("{}", ending).split()))
