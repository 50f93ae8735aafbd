"""Situations of attention and transformers: streams that go together, masks over them, heads that share them or not."""

import random
from functools import partial
from typing import Any

from graph.catalogue import standard
from graph.shape import Axis, Side, Tensor
from tests.contracts.situations import Maker, Reason, Situation, settings, tensor

T = Axis("data", "T", 6)
LAYERS = (
    "TransformerEncoderLayer", "TransformerDecoderLayer", "TransformerEncoder", "TransformerDecoder", "Transformer",
)  # fmt: skip


def length(chance: random.Random) -> Side:
    return chance.choice([1, 3, 5, T])


def multihead(chance: random.Random) -> Situation:
    """Query alone, with key, or with key and value of other widths; masks that fit or nearly."""
    params = _settings("MultiheadAttention", chance)
    params["num_heads"] = chance.choice([1, 2, 2, 3, 4])
    steps, width = length(chance), chance.choice([4, 12, 12, 6])
    inputs = {"query": _odd(chance) or tensor(steps, width)}
    seen = steps
    if chance.random() < 0.6:
        seen = length(chance)
        inputs["key"] = tensor(seen, chance.choice([width, width, 5]))
        if chance.random() < 0.5:
            inputs["value"] = tensor(seen if chance.random() < 0.9 else 4, chance.choice([width, 3]))
    return params, inputs | _masks(chance, {"attn_mask": (steps, seen)}, {"key_padding_mask": seen})


def scaled(chance: random.Random) -> Situation:
    """Sequences with and without a side of heads before the steps."""
    params: dict[str, Any] = {"is_causal": chance.random() < 0.2, "dropout_p": chance.choice([0.0, 0.0, 0.4])}
    params |= {"scale": 0.5} if chance.random() < 0.3 else {}
    heads: tuple[int, ...] = chance.choice([(), (2,), (2,), (4,), (3, 2)])
    steps, seen, width = length(chance), length(chance), chance.choice([2, 4])
    inputs = {"query": _odd(chance) or tensor(*heads, steps, width)}
    if chance.random() < 0.8:
        params["enable_gqa"] = chance.random() < 0.3
        other = chance.choice([heads, heads, heads, (1,) * len(heads), (4,)])
        inputs["key"] = tensor(*other, seen, width if chance.random() < 0.9 else 5)
        if chance.random() < 0.6:
            inputs["value"] = tensor(*heads, seen, chance.choice([width, 3]))
    else:
        seen = steps
    if chance.random() < 0.4:
        shape = chance.choice([(*heads, steps, seen), (*heads, steps, seen), (*(1 for _ in heads), 1, seen), (7, seen)])
        inputs["attn_mask"] = tensor(*shape, dtype=chance.choice(["bool", "float"]))
    return params, inputs


def transformer(name: str, chance: random.Random) -> Situation:
    """One stream or two of the same width, with masks that fit or nearly."""
    params = _settings(name, chance)
    params |= {"nhead": chance.choice([1, 2, 2, 3]), "dim_feedforward": chance.choice([3, 8])}
    params |= dict.fromkeys(_counts(name), 2)
    steps, seen, width = length(chance), length(chance), chance.choice([4, 12, 12, 6])
    first = _odd(chance) or tensor(steps, width)
    second = tensor(seen, width if chance.random() < 0.9 else 5)
    if "Encoder" in name:
        masks = _masks(chance, {"src_mask": (steps, steps)}, {"src_key_padding_mask": steps})
        return params, {"x": first} | masks
    writes = {"tgt_mask": (steps, steps), "memory_mask": (steps, seen)}
    padded = {"tgt_key_padding_mask": steps, "memory_key_padding_mask": seen}
    if "Decoder" in name:
        return params, {"tgt": first, "memory": second} | _masks(chance, writes, padded)
    writes, padded = {"src_mask": (seen, seen), **writes}, {"src_key_padding_mask": seen, **padded}
    return params, {"src": second, "tgt": first} | _masks(chance, writes, padded)


def _settings(name: str, chance: random.Random) -> dict[str, Any]:
    kind = standard().get(name)
    assert kind is not None
    return settings(kind, chance)


def _counts(name: str) -> list[str]:
    return {"Transformer": ["num_encoder_layers", "num_decoder_layers"]}.get(
        name, [] if name.endswith("Layer") else ["num_layers"]
    )


def _odd(chance: random.Random) -> Tensor | None:
    """Now and then what is no sequence."""
    if chance.random() > 0.07:
        return None
    return chance.choice([tensor(12), tensor(), tensor(4, classes=5), tensor(2, 3, 4, 12)])


def _masks(chance: random.Random, pairs: dict[str, tuple[Side, Side]], steps: dict[str, Side]) -> dict[str, Tensor]:
    """Some masks for each row, now and then of other sides or of numbers."""
    found = {}
    for port, sides in pairs.items():
        if chance.random() < 0.3:
            found[port] = tensor(*(sides if chance.random() < 0.9 else (2, 9)), dtype=_truths(chance))
    for port, side in steps.items():
        if chance.random() < 0.3:
            found[port] = tensor(side if chance.random() < 0.9 else 9, dtype=_truths(chance))
    return found


def _truths(chance: random.Random) -> Any:
    return "bool" if chance.random() < 0.95 else "float"


def _numbers_as_mask(params: Any, inputs: Any) -> bool:
    return any("mask" in port and value.dtype == "float" for port, value in inputs.items())


def _unbatched(params: Any, inputs: Any) -> bool:
    return any("mask" not in port and value.rank < 3 for port, value in inputs.items())


def _meant(params: Any, inputs: Any) -> bool:
    return _numbers_as_mask(params, inputs) or _unbatched(params, inputs)


SITUATIONS: dict[str, Maker] = {
    "MultiheadAttention": multihead,
    "ScaledDotProductAttention": scaled,
    **{name: partial(transformer, name) for name in LAYERS},
}

MEANT: dict[str, Reason] = {
    **dict.fromkeys(
        ("MultiheadAttention", *LAYERS),
        ("rows would be taken for steps; a mask says what is hidden, numbers go into the bare arithmetic", _meant),
    ),
    "ScaledDotProductAttention": (
        "rows would be taken for steps or heads; two masks at once mean something else on each device",
        lambda params, inputs: (
            _unbatched(params, inputs)
            or len({x.rank for x in inputs.values()}) > 1
            or (params["is_causal"] and "attn_mask" in inputs)
        ),
    ),
}
