"""Transformer layers: attention and a small network, each added to what came in."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.attention import Weights
from graph.param import param
from graph.spec import Port
from graph.transforming import READING, WRITING, Transforming


class TransformerEncoderLayer(Transforming):
    """Lets every step look at all others, then puts each through a small network; both are added to what came in."""

    common = True
    inputs: ClassVar[tuple[Port, ...]] = (Port("x", help="Sequences: a row of numbers for each step."), *READING)

    stem = "encoder"
    title = "Encoder layer"
    torch = "nn.TransformerEncoderLayer"
    formula = "x = norm(x + attention(x, x, x)),  y = norm(x + W₂·f(W₁·x))"
    shapes = "(N, T, E) → (N, T, E)"
    use = "As the building block of networks that read: texts, sets, patches of pictures. With is_causal, that write."
    avoid = "Without something that tells the order of steps, where order matters; and on very long sequences."
    origin = "A. Vaswani and others: Attention Is All You Need, 2017"
    words: ClassVar[tuple[str, ...]] = ("self-attention", "transformer", "block", "bert", "gpt", "vit", "sequence")

    is_causal: bool = param(False, "Whether no step may look at a later one.", printed=False)

    def weights(self, *inputs: Any) -> Weights:
        return self.layer_weights(inputs, "self_attn")

    def macs(self, *values: Any) -> int | None:
        return self.layer_macs(values[0], values[0])


class TransformerDecoderLayer(Transforming):
    """Lets every step look at its own sequence, then at another one, then puts it through a small network."""

    inputs: ClassVar[tuple[Port, ...]] = (
        Port("tgt", help="The sequences that are written, as far as they are known."),
        Port("memory", help="What an encoder made of the sequences that are read."),
        *WRITING,
    )
    streams = ("tgt", "memory")
    masked: ClassVar[Mapping[str, tuple[str, str]]] = {"tgt_mask": ("tgt", "tgt"), "memory_mask": ("tgt", "memory")}
    padded: ClassVar[Mapping[str, str]] = {"tgt_key_padding_mask": "tgt", "memory_key_padding_mask": "memory"}
    causal = ("tgt_mask", "tgt_is_causal")

    stem = "decoder"
    title = "Decoder layer"
    torch = "nn.TransformerDecoderLayer"
    formula = "x = norm(x + attention(x, x, x)),  x = norm(x + attention(x, m, m)),  y = norm(x + W₂·f(W₁·x))"
    shapes = "tgt (N, T, E), memory (N, S, E) → (N, T, E)"
    use = "To write one sequence while reading another, as in translation. Set tgt_is_causal where it learns to go on."
    avoid = "Where nothing else is read: a TransformerEncoderLayer with is_causal writes by itself, as GPT does."
    origin = "A. Vaswani and others: Attention Is All You Need, 2017"
    words: ClassVar[tuple[str, ...]] = ("cross-attention", "transformer", "block", "translation", "seq2seq", "sequence")

    tgt_is_causal: bool = param(
        False, "Whether no step of tgt may look at a later one: needed where it learns what comes next.", printed=False
    )

    def weights(self, *inputs: Any) -> Weights:
        return self.layer_weights(inputs, "self_attn", "multihead_attn")

    def macs(self, *values: Any) -> int | None:
        return self.layer_macs(values[0], *values[:2])
