"""Draws random drawings: blocks in blocks, placed several times with other widths, loops, odd names."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.runtime.flattened import block, node

STEPS = 4
NAMES = ["h", "t", "x", "y", "step", "layer", "plus", "list", "w", "to_x", "range", "é", "h_t", "match", "in_features",
         "fc", "net1", "Part0", "Part1", "x_1", "len", "a", "b"]  # fmt: skip
PARAMS = ["w", "width", "x", "fc", "step", "in_features", "list", "Part1", "layer"]
BLOCKS = ["FirstState", "Part1", "Neurons", "Net", "h", "Cell", "in_channels", "Ünit", "Meter", "list"]

Width = tuple[tuple[str, int], ...]
"""A sum of parameters of a block, each so many times; the one under "" is 1."""


def total(*parts: tuple[int, Width]) -> Width:
    found: Counter[str] = Counter()
    for factor, width in parts:
        for name, count in width:
            found[name] += factor * count
    return tuple(sorted((name, count) for name, count in found.items() if count))


def number(count: int) -> Width:
    return (("", count),)


def typed(width: Width) -> int | str | None:
    """A width as it is typed; None where it cannot be, since it depends on what comes in."""
    if any(name.startswith("@") for name, _ in width):
        return None
    if not [name for name, _ in width if name]:
        return dict(width).get("", 0)
    terms = [f"{count}*{name}" if name and count > 1 else name or str(count) for name, count in width]
    return "=" + " + ".join(terms)


@dataclass(frozen=True)
class Value:
    """A value of a level: where it comes from, whether it is a sequence, and how wide it is."""

    at: str
    sequence: bool
    width: Width
    steps: int = 0
    """The length of a sequence that a loop counted by itself."""

    @property
    def form(self) -> tuple[bool, int]:
        return self.sequence, self.steps


@dataclass
class Made:
    """A block that can be placed."""

    id: str
    definition: dict[str, Any]
    takes: list[Value]
    gives: list[Value]
    params: dict[str, Any]
    remembers: bool
    sizes: dict[str, Any]


@dataclass
class Level:
    """A level as it grows."""

    chance: random.Random
    blocks: list[Made]
    params: dict[str, Any] = field(default_factory=dict)
    nodes: list[Any] = field(default_factory=list)
    wires: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    remembers: bool = False
    kept: list[str] = field(default_factory=list)
    """Values that must leave, since others share the weights behind them."""
    sizes: dict[str, Any] = field(default_factory=dict)
    """How wide Delays are, as typed."""

    def id(self) -> str:
        taken = {one["id"] for one in self.nodes}
        free = [name for name in NAMES if name not in taken]
        name = self.chance.choice(free) if free and self.chance.random() < 0.5 else f"n{len(self.nodes)}"
        return name if name not in taken else f"n{len(self.nodes)}z"

    def add(self, kind: str, inputs: Mapping[str, str], **params: Any) -> str:
        id = self.id()
        self.nodes.append(node(id, kind, **params))
        self.wires += [f"{source} -> {id}.{port}" for port, source in inputs.items()]
        return id

    def pick(self, *wanted: tuple[bool, int]) -> Value | None:
        fitting = [value for value in self.values if not wanted or value.form in wanted]
        return self.chance.choice(fitting[-6:]) if fitting else None

    def some_width(self) -> Width:
        names = [name for name, value in self.params.items() if type(value) is int]
        if names and self.chance.random() < 0.7:
            name = ((self.chance.choice(names), 1),)
            return self.chance.choice([name, name, total((2, name)), total((1, name), (1, number(1)))])
        return number(self.chance.randint(1, 3))

    # --- nodes

    def linear(self) -> None:
        x = self.pick()
        if x is not None:
            width = self.some_width()
            flags = [name for name, value in self.params.items() if type(value) is bool]
            bias = {"bias": f"={self.chance.choice(flags)}"} if flags and self.chance.random() < 0.5 else {}
            id = self.add("Linear", {"x": x.at}, out_features=typed(width), **bias)
            self.put(Value(f"{id}.y", x.sequence, width, x.steps))
            if self.chance.random() < 0.3:
                other = self.chance.choice([v for v in self.values if v.width == x.width])
                again = self.add("Linear", {"x": other.at}, shares=id)
                self.put(Value(f"{again}.y", other.sequence, width, other.steps))
                self.kept.append(f"{id}.y")

    def bend(self) -> None:
        x = self.pick()
        if x is not None:
            flags = [name for name, value in self.params.items() if type(value) is float]
            if flags:
                kind, params = "Scale", {"factor": f"={self.chance.choice(flags)}"}
            else:
                kind, params = self.chance.choice([("Tanh", {}), ("Sigmoid", {}), ("Scale", {"factor": 0.5})])
            id = self.add(kind, {"x": x.at}, **params)
            self.put(Value(f"{id}.y", x.sequence, x.width, x.steps))

    def join(self) -> None:
        x = self.pick()
        alike = [v for v in self.values if x and v.form == x.form and v.width == x.width]
        if x is not None and alike:
            kind = self.chance.choice(["Add", "Multiply"])
            id = self.add(kind, {"a": x.at, "b": self.chance.choice(alike).at})
            self.put(Value(f"{id}.y", x.sequence, x.width, x.steps))

    def concatenate(self) -> None:
        x = self.pick()
        if x is not None:
            other = self.chance.choice([v for v in self.values if v.form == x.form])
            id = self.add("Concatenate", {"a": x.at, "b": other.at}, dim=-1)
            self.put(Value(f"{id}.y", x.sequence, total((1, x.width), (1, other.width)), x.steps))

    def chunk(self) -> None:
        x = self.pick()
        if x is not None:
            width = self.some_width()
            wide = self.add("Linear", {"x": x.at}, out_features=typed(total((2, width))))
            id = self.add("Chunk", {"x": f"{wide}.y"}, dim=-1)
            for port in self.chance.choice(["ab", "b", "a"]):
                self.put(Value(f"{id}.{port}", x.sequence, width, x.steps))

    def part(self) -> None:
        """A range of a value, by a selection on the wire."""
        x = self.pick()
        if x is not None:
            id = self.add("Tanh", {"x": f"{x.at}[0:1]"})
            self.put(Value(f"{id}.y", x.sequence, number(1), x.steps))

    def neurons(self) -> None:
        x = self.pick((False, 0))
        if x is not None:
            count = self.chance.randint(2, 3)
            made = [self.add("Neuron", {"x": x.at}, activation="tanh") for _ in range(count)]
            id = self.add("Concatenate", {port: f"{one}.y" for port, one in zip("abc", made, strict=False)}, dim=1)
            self.put(Value(f"{id}.y", False, number(count)))

    def lstm(self) -> None:
        x = self.pick((True, 0))
        if x is not None:
            width = self.some_width()
            id = self.add("LSTM", {"x": x.at}, hidden_size=typed(width))
            self.put(Value(f"{id}.y", True, width))
            if self.chance.random() < 0.5:
                last = self.add("Identity", {"x": f"{id}.h"})
                self.put(Value(f"{last}.y", False, width))

    def last(self) -> None:
        x = self.pick((True, 0))
        if x is not None:
            id = self.add("LastStep", {"x": x.at})
            self.put(Value(f"{id}.y", False, x.width))

    def reverse(self) -> None:
        x = self.pick((True, 0))
        if x is not None:
            id = self.add("Reverse", {"x": x.at})
            self.put(Value(f"{id}.y", True, x.width))

    def loop(self) -> None:
        """One or two Delays around a cell; begun by a wire, learned or at zero."""
        x = self.pick((True, 0), (False, 0))
        if x is None:
            return
        self.remembers = True
        width, steps = self.some_width(), 0
        h = self.delay(width)
        if not x.sequence:
            steps = self.chance.randint(2, 3)
            self.nodes[-1]["params"]["steps"] = steps
        wx, wh = (self.add("Linear", {"x": at}, out_features=typed(width)) for at in (x.at, f"{h}.y"))
        both = self.add("Add", {"a": f"{wx}.y", "b": f"{wh}.y"})
        bent, ends = self.add("Tanh", {"x": f"{both}.y"}), [both]
        inner = [made for made in self.blocks if not made.remembers and self.fits_a_step(made)]
        if inner and self.chance.random() < 0.5:
            made = self.chance.choice(inner)
            placed = self.add(made.id, dict.fromkeys((v.at.split(".")[0] for v in made.takes), f"{bent}.y"))
            wide = self.add("Linear", {"x": f"{placed}.{made.gives[0].at}"}, out_features=typed(width))
            bent = wide
        if self.chance.random() < 0.4:
            c = self.delay(width, told=True)  # a width of 1 would fit any other
            gated = self.add("Multiply", {"a": f"{bent}.y", "b": f"{c}.y"})
            bent = self.add("Add", {"a": f"{gated}.y", "b": f"{bent}.y"})
            self.wires.append(f"{bent}.y -> {c}.x")
        self.wires.append(f"{bent}.y -> {h}.x")
        for end in {bent, *self.chance.sample([h, *ends], 1)}:
            value = Value(f"{end}.y", True, width, steps)
            self.put(value)

    def fits_a_step(self, made: Made) -> bool:
        return bool(made.takes) and all(not value.sequence for value in [*made.takes, *made.gives])

    def delay(self, width: Width, *, told: bool = False) -> str:
        rows = [v for v in self.values if v.form == (False, 0) and v.width == width]
        begun = {"initial": self.chance.choice(rows).at} if rows and self.chance.random() < 0.4 else {}
        learned = {"start": "learned"} if not begun and self.chance.random() < 0.4 else {}
        size = typed(width)
        shape = {"shape": [size]} if told or self.chance.random() < 0.3 else {}
        id = self.add("Delay", begun, **learned, **shape)
        self.sizes[id] = size
        return id

    def place(self) -> None:
        """A block, perhaps several times one behind the other, perhaps with the weights of another placement."""
        if not self.blocks:
            return
        made = self.chance.choice(self.blocks)
        chosen = [self.pick(value.form) for value in made.takes]
        if not all(chosen):
            return
        self.remembers |= made.remembers
        params = {name: self.given(value) for name, value in made.params.items() if self.chance.random() < 0.6}
        inputs = {v.at.split(".")[0]: c.at for v, c in zip(made.takes, chosen, strict=True) if c}
        bound = {f"@{v.at.split('.')[0]}": c.width for v, c in zip(made.takes, chosen, strict=True) if c}
        for name, value in made.params.items():
            if type(value) is int:
                bound[name] = as_width(params.get(name, value))
        gives = [Value("", v.sequence, bind(v.width, bound), v.steps) for v in made.gives]
        first = chosen[0]
        repeat = {}
        if len(gives) == 1 and first and (gives[0].form, gives[0].width) == (first.form, first.width):
            times: Any = self.chance.choice([1, 2, 3])
            counts = [name for name, value in self.params.items() if type(value) is int]
            if counts and self.chance.random() < 0.5:
                times = f"={self.chance.choice(counts)}"
            repeat = {"repeat": {"times": times, "shared": self.chance.random() < 0.5}}
        id = self.add(made.id, inputs, **params, **repeat)
        for port, value in zip((v.at for v in made.gives), gives, strict=True):
            self.put(Value(f"{id}.{port}", value.sequence, value.width, value.steps))
        if self.chance.random() < 0.3 and inputs:
            again = self.add(made.id, inputs, shares=id)
            self.kept.append(f"{id}.{made.gives[0].at}")
            self.put(Value(f"{again}.{made.gives[0].at}", gives[0].sequence, gives[0].width, gives[0].steps))

    def given(self, value: Any) -> Any:
        own = [name for name, default in self.params.items() if type(default) is type(value)]
        if own and self.chance.random() < 0.6:
            name = self.chance.choice(own)
            return f"=2*{name}" if type(value) is int and self.chance.random() < 0.3 else f"={name}"
        return self.chance.randint(1, 3) if type(value) is int else not value if type(value) is bool else 2.0 * value

    def put(self, value: Value) -> None:
        self.values.append(value)

    def grow(self, count: int) -> None:
        verbs = [self.linear, self.linear, self.bend, self.join, self.concatenate, self.chunk, self.part, self.neurons,
                 self.lstm, self.last, self.reverse, self.loop, self.place, self.place, self.place]  # fmt: skip
        for _ in range(count):
            self.chance.choice(verbs)()

    def end(self) -> list[Value]:
        """Output nodes for some values, and for those that must take part."""
        kept = [value for at in self.kept for value in self.values if value.at == at]
        chosen = list(dict.fromkeys([*self.chance.sample(self.values, min(len(self.values), 2)), *kept]))
        found = []
        for value in chosen:
            id = self.add("Output", {"x": value.at})
            found.append(Value(id, value.sequence, value.width, value.steps))
        return found


def as_width(value: int | str) -> Width:
    if isinstance(value, int):
        return number(value)
    factor, name = value[1:].split("*") if "*" in value else ("1", value[1:])
    return ((name, int(factor)),)


def bind(width: Width, bound: Mapping[str, Width]) -> Width:
    return total(*((count, bound.get(name, ((name, 1),))) for name, count in width))


def some_block(chance: random.Random, id: str, blocks: list[Made]) -> Made:
    params: dict[str, Any] = {}
    for name in chance.sample(PARAMS, chance.randint(0, 3)):
        params[name] = chance.choice([1, 2, 3, True, 0.5])
    level = Level(chance, blocks, params)
    takes = []
    for _ in range(chance.choice([1, 1, 1, 2, 2])):
        port = level.id()
        level.nodes.append(node(port, "Input"))
        takes.append(Value(f"{port}.x", chance.random() < 0.5, ((f"@{port}", 1),)))
    level.values += takes
    level.grow(chance.randint(1, 5))
    gives = level.end()
    chance.shuffle(level.wires)
    return Made(id, block(level.nodes, level.wires, **params), takes, gives, params, level.remembers, level.sizes)


@dataclass
class Drawn:
    """A random drawing: its levels as the file holds them, by name ("": the drawing itself), and sizes of Delays."""

    levels: dict[str, dict[str, Any]]
    sizes: dict[str, dict[str, Any]]


def some_drawing(seed: int) -> Drawn:
    chance = random.Random(seed)
    blocks: list[Made] = []
    for id in chance.sample(BLOCKS, chance.randint(1, 4)):
        blocks.append(some_block(chance, id, list(blocks)))
    level = Level(chance, blocks)
    for at, (name, sequence) in enumerate([("row", False), ("seq", True)]):
        width, same = chance.randint(1, 3), {"same_rows_as": "row"} if at else {}
        shape = [STEPS, width] if sequence else [width]
        level.nodes.append(node(name, "Input", shape=shape, sequence=sequence, **same))
        level.values.append(Value(f"{name}.x", sequence, number(width)))
    level.grow(chance.randint(3, 8))
    level.place()
    level.end()
    levels = {"": block(level.nodes, level.wires), **{made.id: made.definition for made in blocks}}
    return Drawn(levels, {"": level.sizes, **{made.id: made.sizes for made in blocks}})
