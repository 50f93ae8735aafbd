"""Kinds that take parts along a side, or turn, shift and repeat what stands there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Side, Tensor, describe
from graph.sides import Dims, index, length, many, names, side, sides
from graph.spec import LETTERS, Port, atom, letters


class _Part(Layer):
    """Works along one side and has no module."""

    saves = "nothing"
    family = "reshape"

    def module(self, *inputs: Any) -> None:
        return None


class _Several(_Part):
    """Gives the parts of a side on ports of their own: a, b, c, …"""

    outputs = (Port("a", lettered=True),)

    def cuts(self, x: Tensor, at: int) -> list[Side]:
        """How long the parts are; raises Misfit where the side cannot be parted so."""
        raise NotImplementedError  # both kinds say it

    def parted(self, x: Tensor, at: int) -> tuple[Tensor, ...]:
        """The parts of a value along a side."""
        found, start = [], 0
        for part in self.cuts(x, at):
            stop = start + part if isinstance(part, int) else start
            sides = (*x.known[:at], part, *x.known[at + 1 :])
            kept = names(x, at, slice(start, stop)) if isinstance(part, int) else None
            found.append(replace(x, sides=sides, columns=kept))
            start = stop
        return tuple(found)

    def assign(self, names: Mapping[str, str]) -> str:
        left = super().assign(names)
        return left if len(self.ports_out()) > 1 else f"({left},)"


class Split(_Several):
    """Cuts a side into parts of the lengths you type; part by part leaves on the ports a, b, c and so on."""

    formula = "a, b, … = x[:, :s₁], x[:, s₁:s₁+s₂], …"
    shapes = "(N, s₁ + s₂ + …, *) → (N, s₁, *), (N, s₂, *), …  for dim = 1"
    use = "A row that holds several things: means and variances, numbers and categories, gates of unlike widths."
    avoid = "Equal parts, which are a Chunk; one part of which only some is wanted, which is a Slice."
    origin = "Textbook"
    words = ("cut", "parts", "divide", "separate", "split sections", "unpack")
    telling = ("split_size_or_sections",)
    split_size_or_sections: tuple[int, ...] = param(
        (1, 1), "How long each part is; together they make the side.", min=0
    )
    dim: int = param(1, "The side that is cut; 0 is the batch.", always=True)

    def ports_out(self) -> tuple[Port, ...]:
        return letters(self.outputs[0], len(self.split_size_or_sections))

    def shape(self, x: Tensor) -> tuple[Tensor, ...]:
        if len(self.split_size_or_sections) > len(LETTERS):
            raise Misfit(text=f"{{node}} has {len(LETTERS)} ports at most.")
        return self.parted(x, side(x, self.dim))

    def cuts(self, x: Tensor, at: int) -> list[Side]:
        lengths, there = list(self.split_size_or_sections), x.known[at]
        if isinstance(there, int) and sum(lengths) != there:
            *first, _ = lengths
            fix = Advice(
                "set", "Give the rest to the last", params={"split_size_or_sections": [*first, there - sum(first)]}
            )
            text = f"{{node}} makes parts of {', '.join(map(str, lengths))}, together {sum(lengths)}, but side {at} of "
            raise Misfit(text=text + f"{{source}} has {there}.", advice=fix if sum(first) < there else None)
        return list(lengths)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.split({list(self.split_size_or_sections)}, dim={self.dim})"


class Chunk(_Several):
    """Cuts a side into equal parts; they leave on the ports a, b, c and so on."""

    formula = "a, b, … = the first, the second, … of k equal parts of x"
    shapes = "(N, k·F, *) → k × (N, F, *)  for dim = 1"
    use = "Queries, keys and values from one Linear; a value and its gate; both halves of a picture."
    avoid = "Parts of unlike lengths, which are a Split."
    origin = "Textbook"
    words = ("split", "equal parts", "cut", "divide", "halves", "qkv", "unpack")
    telling = ("chunks",)
    chunks: int = param(2, "How many parts.", min=1, max=26)
    dim: int = param(1, "The side that is cut; 0 is the batch.", always=True)

    def ports_out(self) -> tuple[Port, ...]:
        return letters(self.outputs[0], self.chunks)

    def shape(self, x: Tensor) -> tuple[Tensor, ...]:
        return self.parted(x, side(x, self.dim))

    def cuts(self, x: Tensor, at: int) -> list[Side]:
        there = x.known[at]
        if not isinstance(there, int):
            return [None] * self.chunks
        size = -(-there // self.chunks)
        parts = [min(size, there - start) for start in range(0, there, size)]
        if len(parts) != self.chunks:
            text = f"{{node}} makes {self.chunks} parts of side {at}, but {there} numbers fall into {len(parts)}."
            raise Misfit(text=text, advice=Advice("set", f"Make {len(parts)} parts", params={"chunks": len(parts)}))
        return list(parts)

    def doubt(self, x: Tensor) -> Misfit | None:
        there = x.known[side(x, self.dim)]
        if not isinstance(there, int) or there % self.chunks == 0:
            return None
        text = f"{{node}} makes {self.chunks} parts of {there} numbers: the last one is shorter."
        return Misfit(text=text, code="uneven-parts")

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.chunk({self.chunks}, dim={self.dim})"


class Slice(_Part):
    """Takes a range along a side: from start, up to but without stop, every step-th."""

    formula = "y = x[:, start:stop:step]"
    shapes = "(N, A, *) → (N, ⌈(stop − start) / step⌉, *)  for dim = 1"
    use = "A part of the features, of the steps or of a picture; every second step."
    avoid = "A single place, which is a Select; the whole in parts, which is a Split."
    origin = "Textbook"
    words = ("range", "crop", "part", "narrow", "subset", "window", "every second")
    telling = ("start", "stop")
    dim: int = param(1, "The side of which a part is taken; 0 is the batch.")
    start: int = param(0, "The first place that is taken; −1 is the last there is.")
    stop: int | None = param(None, "The first place that is not taken any more; left out: to the end.", type="int",
                             optional=True)  # fmt: skip
    step: int = param(1, "How far it is to the next one; 2 takes every second place.", min=1)

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dim)
        chosen, there = slice(self.start, self.stop, self.step), x.known[at]
        if not isinstance(there, int):
            same = chosen == slice(0, None, 1)
            return x if same else replace(x, sides=(*x.known[:at], None, *x.known[at + 1 :]), columns=None)
        length = len(range(there)[chosen])
        if not length:
            text = f"{{node}} takes {self._range()} of side {at}, but {{source}} gives {describe(x)}: that is nothing."
            raise Misfit(text=text, advice=Advice("set", "Take all", params={"start": 0, "stop": there, "step": 1}))
        return replace(x, sides=(*x.known[:at], length, *x.known[at + 1 :]), columns=names(x, at, chosen))

    def _range(self) -> str:
        text = f"{self.start or ''}:{'' if self.stop is None else self.stop}"
        return text if self.step == 1 else f"{text}:{self.step}"

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return atom(names["x"]) + index(self.dim, self._range())


class Select(_Part):
    """Takes one place along a side, and the side is gone: one step of a sequence, one channel of a picture."""

    formula = "y = x[:, index]"
    shapes = "(N, A, *) → (N, *)  for dim = 1"
    use = "The class token of a transformer (index 0), one channel, one head."
    avoid = "The last step of a sequence: a LastStep says what it means."
    origin = "Textbook"
    words = ("index", "pick", "take", "class token", "cls", "element", "gather")
    telling = ("index",)
    dim: int = param(1, "The side along which one place is taken; 0 is the batch.")
    index: int = param(0, "The place; 0 is the first, −1 the last.")

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dim)
        there = length(x.known[at])
        if there is not None and not -there <= self.index < there:
            text = f"{{node}} takes place {self.index} of side {at}, but {{source}} gives {describe(x)}: "
            text += f"there are the places 0 to {there - 1}."
            raise Misfit(text=text, advice=Advice("set", "Take the last", params={"index": -1}))
        columns = x.columns if at < x.rank - 1 else None
        return replace(x, sides=(*x.known[:at], *x.known[at + 1 :]), columns=columns)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return atom(names["x"]) + index(self.dim, str(self.index))


class Flip(_Part):
    """Turns a side round: the last place comes first. Two sides of a picture turn it by half a circle."""

    formula = "y[:, i] = x[:, n − 1 − i]"
    shapes = "(N, *) → (N, *)"
    use = "Reading a sequence backwards, mirroring pictures inside the network."
    avoid = "Mirrored pictures as augmentation: that is done by chance, and only in training."
    origin = "Textbook"
    words = ("reverse", "mirror", "backwards", "turn round", "invert", "bidirectional")
    telling = ("dims",)
    dims: Dims = param(1, "The side that is turned round, or several; 0 is the batch.", type="sizes")

    def shape(self, x: Tensor) -> Tensor:
        moved = sides(x, self.dims, name="dims")
        kept = x.columns and (tuple(reversed(x.columns)) if x.rank - 1 in moved else x.columns)
        return replace(x, columns=kept)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.flip({', '.join(map(str, many(self.dims)))})"


class Roll(_Part):
    """Shifts what stands along a side; what leaves at the end comes in again at the start."""

    formula = "y[:, i] = x[:, (i − shifts) mod n]"
    shapes = "(N, *) → (N, *)"
    use = "Shifted windows of a Swin transformer, things that go round: hours, angles, rings."
    avoid = "Looking back in time: the end of a sequence would come before its start. A Delay does not do that."
    origin = "Textbook; for windows: Liu et al., Swin Transformer, 2021"
    words = ("shift", "cyclic", "rotate", "circular", "wrap", "swin")
    telling = ("shifts",)
    shifts: int = param(1, "How many places it moves; negative: towards the start.", always=True)
    dims: int = param(1, "The side that is shifted; 0 is the batch.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dims, name="dims")
        return replace(x, columns=x.columns if at < x.rank - 1 else None)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.roll({self.shifts}, dims={self.dims})"
