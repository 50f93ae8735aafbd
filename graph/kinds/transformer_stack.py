"""Stacks of transformer layers, and the whole transformer: an encoder that reads and a decoder that writes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.attention import Weights, prefixed, times, total
from graph.kinds.transformer import TransformerDecoderLayer, TransformerEncoderLayer
from graph.param import param
from graph.shape import Tensor
from graph.spec import Port, code
from graph.transforming import READING, WRITING, Transforming, encoder_text, norm_text, stacked_weights

_NORM = "Whether a normalization follows the last layer: usual with norm_first."


class TransformerEncoder(TransformerEncoderLayer):
    """Reads a sequence with so many transformer encoder layers on each other, all of the same form."""

    title = "Transformer encoder"
    torch = "nn.TransformerEncoder"
    renamed = {"src_mask": "mask"}
    telling = ("num_layers",)
    formula = "x₀ = x,  xᵢ₊₁ = layerᵢ(xᵢ),  y = xₙ"
    use = "To read whole texts, sets or pictures cut in patches; with is_causal, to write text as GPT does."
    avoid = "With little data: it knows nothing of neighbours or order and must learn both."
    words = ("self-attention", "transformer", "bert", "gpt", "vit", "stack", "sequence", "language model")
    num_layers: int = param(6, "How many layers stand on each other.", min=1, max=1000, always=True, printed=False)
    final_norm: bool = param(False, _NORM, printed=False)

    def module(self, *inputs: Any) -> str:
        return encoder_text(self, inputs, self.num_layers, norm=self.final_norm)

    def hint(self, port: str, *, alone: bool) -> list[str]:
        return ["is_causal=True" if alone else "is_causal=False"]

    def weights(self, *inputs: Any) -> Weights:
        norm = self.norm_weights(inputs[0].known[-1]) if self.final_norm else {}
        return stacked_weights(super().weights(*inputs), self.num_layers, norm)

    def macs(self, *values: Any) -> int | None:
        return times(self.num_layers, super().macs(*values))


class TransformerDecoder(TransformerDecoderLayer):
    """Writes a sequence while reading another, with so many transformer decoder layers on each other."""

    title = "Transformer decoder"
    torch = "nn.TransformerDecoder"
    telling = ("num_layers",)
    formula = "x₀ = tgt,  xᵢ₊₁ = layerᵢ(xᵢ, memory),  y = xₙ"
    use = "Behind an encoder, in translation and wherever one sequence is written while another is read."
    avoid = "Where nothing else is read: a TransformerEncoder with is_causal writes by itself."
    words = ("cross-attention", "transformer", "translation", "seq2seq", "stack", "sequence")
    num_layers: int = param(6, "How many layers stand on each other.", min=1, max=1000, always=True, printed=False)
    final_norm: bool = param(False, _NORM, printed=False)

    def module(self, *inputs: Any) -> str:
        layer = f"nn.TransformerDecoderLayer({self.arguments(*inputs)})"
        norm = f", norm={norm_text(self, inputs[0].known[-1])}" if self.final_norm else ""
        return f"nn.TransformerDecoder({layer}, num_layers={code(self.num_layers)}{norm})"

    def hint(self, port: str, *, alone: bool) -> list[str]:
        return [f"tgt_is_causal={alone}"] if port == "tgt_mask" else []

    def weights(self, *inputs: Any) -> Weights:
        norm = self.norm_weights(inputs[0].known[-1]) if self.final_norm else {}
        return stacked_weights(super().weights(*inputs), self.num_layers, norm)

    def macs(self, *values: Any) -> int | None:
        return times(self.num_layers, super().macs(*values))


class Transformer(Transforming):
    """Reads one sequence with an encoder and writes another with a decoder that looks at what was read."""

    torch = "nn.Transformer"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("src", help="The sequences that are read, a row of numbers for each step."),
        Port("tgt", help="The sequences that are written, as far as they are known."),
        *READING, *WRITING,
    )  # fmt: skip
    streams = ("src", "tgt")
    masked: ClassVar[Mapping[str, tuple[str, str]]] = {
        "src_mask": ("src", "src"), "tgt_mask": ("tgt", "tgt"), "memory_mask": ("tgt", "src"),
    }  # fmt: skip
    padded: ClassVar[Mapping[str, str]] = {
        "src_key_padding_mask": "src", "tgt_key_padding_mask": "tgt", "memory_key_padding_mask": "src",
    }  # fmt: skip
    causal = ("tgt_mask", "tgt_is_causal")
    formula = "y = decoder(tgt, encoder(src))"
    shapes = "src (N, S, E), tgt (N, T, E) → (N, T, E)"
    use = "For translation and the like: one sequence in, another out. Set tgt_is_causal where it learns to go on."
    avoid = "Where a sequence is only read (TransformerEncoder) or only written (TransformerEncoder with is_causal)."
    origin = "A. Vaswani and others: Attention Is All You Need, 2017"
    words = ("attention", "translation", "seq2seq", "encoder decoder", "sequence", "t5", "language model")
    nhead: int = param(8, "How many heads look; they share the numbers of a step.", min=1, always=True)
    num_encoder_layers: int = param(6, "How many layers read.", min=1, max=1000)
    num_decoder_layers: int = param(6, "How many layers write.", min=1, max=1000)
    tgt_is_causal: bool = param(
        False, "Whether no step of tgt may look at a later one: needed where it learns what comes next.", printed=False
    )

    def answer(self, streams: Mapping[str, Tensor]) -> Tensor:
        return streams["tgt"].but(*streams["tgt"].inner)

    def module(self, *inputs: Any) -> str:
        """With an encoder of its own where torch's would warn of what it cannot speed up, or shorten padded rows."""
        padded = self.named(inputs)["src_key_padding_mask"] is not None
        if not padded and self.bias and not self.norm_first and self.nhead % 2 == 0:
            return f"nn.Transformer({self.arguments(*inputs)})"
        shared = TransformerEncoderLayer.params.keys() & self.params.keys()
        own = TransformerEncoderLayer({name: getattr(self, name) for name in shared})
        encoder = encoder_text(own, inputs, self.num_encoder_layers, norm=True)
        return f"nn.Transformer({self.arguments(*inputs)}, custom_encoder={encoder})"

    def hint(self, port: str, *, alone: bool) -> list[str]:
        names = {"src_mask": "src_is_causal", "tgt_mask": "tgt_is_causal"}
        return [f"{names[port]}={alone and port == 'tgt_mask'}"] if port in names else []

    def weights(self, *inputs: Any) -> Weights:
        norm = self.norm_weights(inputs[0].known[-1])
        reading = self.layer_weights(inputs, "self_attn")
        writing = self.layer_weights(inputs, "self_attn", "multihead_attn")
        return {
            **prefixed("encoder", stacked_weights(reading, self.num_encoder_layers, norm)),
            **prefixed("decoder", stacked_weights(writing, self.num_decoder_layers, norm)),
        }

    def macs(self, *values: Any) -> int | None:
        src, tgt = values[:2]
        reading = times(self.num_encoder_layers, self.layer_macs(src, src))
        return total(reading, times(self.num_decoder_layers, self.layer_macs(tgt, tgt, src)))
