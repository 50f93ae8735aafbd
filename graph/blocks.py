"""Blocks as kinds: what a definition of a block becomes in the vocabulary of its drawing."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from unicodedata import normalize

from graph.catalogue import Catalogue
from graph.following import bare
from graph.misfit import Misfit
from graph.param import Param, param
from graph.records import Block
from graph.roles import Layer
from graph.shape import Side, Tensor, Value, describe
from graph.spec import Kind, Place, Port

if TYPE_CHECKING:
    from graph.document import Document
    from graph.interior import Interior


SOURCE = frozenset(("self", "super", "range", "torch", "nn", "F", "parametrizations"))
"""What the constructor of a class speaks of itself."""


MOST_NODES = 100_000
"""Of how many nodes a block may consist, with all that its blocks consist of."""

MOST_READ = 10_000
"""The same, without repetitions: so many are read one by one."""

DEEPEST = 20
"""How many blocks may stand inside one another."""


class Placement(Layer):
    """A block, placed in a drawing or in another block."""

    family = "block"
    told = ("lr_factor", "decay", "frozen")
    inputs: ClassVar[tuple[Port, ...]] = ()
    outputs: ClassVar[tuple[Port, ...]] = ()
    vocabulary: ClassVar[Vocabulary]
    born: ClassVar[str]
    repeat: int = param(1, "How many of it stand one behind the other.", min=1, max=10_000, printed=False, last=True)
    repeat_shared: bool = param(
        False, "Whether those that stand one behind the other have the same weights.", printed=False, last=True
    )

    def summary(self) -> str:
        return f"{super().summary()} ×{self.repeat}" if self.repeat > 1 else super().summary()

    def interior(self, inputs: Mapping[str, Any]) -> Interior:
        """What is inside, read with this placement's parameters and what comes in."""
        names = [port.name for port in self.inputs]
        given = {name: inputs.get(name, Tensor()) for name in names}
        return self.vocabulary.interior(self.born, self.own_values(), given)

    def own_values(self) -> dict[str, Any]:
        """What the block's parameters are in this placement."""
        return {name: bare(getattr(self, name)) for name in self.params if name in self.vocabulary.params(self.born)}

    def asks(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        if self.vocabulary.why_not_read(self.born):
            return None
        questions = self.interior(inputs).reading.questions()
        return {"ask": "several", "questions": questions} if questions else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        why = self.vocabulary.why_not_read(self.born)
        if why:
            raise Misfit(text=f"{{node}} cannot be: {self.title} {why}.", code="block-recursion", port="")
        interior = self.interior(inputs)
        answers = (place.facts or {}).get("answers", ())
        for question, answer in zip(interior.reading.questions(), answers, strict=False):
            interior.reading.tell(question, answer)
        wrong = next((found for found in interior.reading.diagnostics() if found.level == "error"), None)
        if wrong is not None:
            raise Misfit(text=f"Inside {{node}}: {wrong.message}", code=wrong.code, port="")
        if self.repeat * interior.size > MOST_NODES:
            raise Misfit(text=f"{{node}} cannot be: it is more than {MOST_NODES} nodes.", code="block-size", port="")
        values = interior.values()
        if self.repeat > 1:
            self._check_repeat(inputs, values)
        return values

    def _check_repeat(self, inputs: Mapping[str, Any], values: Mapping[str, Value]) -> None:
        if len(values) != 1 or not inputs:
            text = f"{{node}} stands {self.repeat} times one behind the other, for which it must have one output."
            raise Misfit(text=text, code="repeat-shape", port="")
        x, (y,) = next(iter(inputs.values())), values.values()
        if isinstance(y, Tensor) and x.sides is not None and y.sides is not None and x.sides != y.sides:
            text = f"{{node}} turns {describe(x)} into {describe(y)}, so it cannot stand one behind the other."
            raise Misfit(text=text, code="repeat-shape")

    def doubt(self, *inputs: Any) -> Misfit | None:
        found = self.interior(self._named(inputs)).reading.diagnostics()
        told = next((one for one in found if one.level == "warning"), None)
        return None if told is None else Misfit(text=f"Inside {{node}}: {told.message}", code=told.code, port="")

    def weights(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return self._stored("weights", inputs)

    def buffers(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return self._stored("buffers", inputs)

    def _stored(self, what: str, inputs: tuple[Any, ...]) -> dict[str, tuple[Side, ...]]:
        """Shapes by name, those of each repetition under its number."""
        own = self.interior(self._named(inputs)).stored(what)
        if self.repeat == 1 or self.repeat_shared:
            return own
        return {f"{at}.{name}": shape for at in range(self.repeat) for name, shape in own.items()}

    def macs(self, *values: Any) -> int | None:
        interior = self.interior(self._named(values[:-1]))
        counts = [interior.reading.cost(node.born).macs for node, _, _ in interior.parts()]
        return None if None in counts else self.repeat * sum(count for count in counts if count is not None)

    def _named(self, inputs: tuple[Any, ...]) -> dict[str, Any]:
        return {port.name: value for port, value in zip(self.inputs, inputs, strict=False) if value is not None}


class Vocabulary(Catalogue):
    """The kinds that a drawing can be made of: those of a catalogue, and its own blocks as they are now."""

    def __init__(self, base: Catalogue, document: Document) -> None:
        self.base: Catalogue = base.base if isinstance(base, Vocabulary) else base
        self._document = document
        self._edition = -1
        self._own: dict[str, type[Placement]] = {}
        self._interiors: dict[Any, Interior] = {}
        self._extents: dict[str, tuple[int, int]] = {}
        self._refused: dict[str, str | None] = {}

    def __iter__(self) -> Iterator[type[Kind]]:
        yield from self.base
        yield from self._blocks().values()

    def __contains__(self, name: object) -> bool:
        return name in self.base or name in self._blocks()

    def get(self, name: str) -> type[Kind] | None:
        return self.base.get(name) or self._blocks().get(name)

    def names(self) -> list[str]:
        return [kind.__name__ for kind in self]

    def params(self, born: str) -> Mapping[str, Any]:
        """The parameters of a block with their defaults."""
        block = self._document.the_block(born)
        return block.params if block else {}

    def interior(self, born: str, values: Mapping[str, Any], inputs: Mapping[str, Value]) -> Interior:
        """A block read with parameters and inputs; the same ones are read once."""
        self._blocks()
        plain = {name: bare_value(value) for name, value in inputs.items()}
        key = (born, _hashable(values), tuple(plain.items()))
        if key not in self._interiors:
            from graph.interior import Interior

            self._interiors[key] = Interior(self._document.inside(born), values, plain)
        return self._interiors[key]

    def placed_in(self, born: str) -> set[str]:
        """The birth names of the blocks that stand inside a block."""
        return set(self._placements_in(born))

    def remembers(self, born: str) -> bool:
        """Whether a block, or one inside it, has a Delay."""
        return any(kind.name() == "Delay" for kind in self.kinds_within(born))

    def kinds_within(self, born: str) -> list[type[Kind]]:
        """The kinds of the nodes inside a block, at whatever depth."""
        levels = [self._document.inside(one).by_kind() for one in self.with_inner(born)]
        found = (self.get(name) for level in levels for name, births in level.items() if births)
        return [kind for kind in found if kind is not None]

    def is_recursive(self, born: str) -> bool:
        """Whether a block contains itself, at whatever depth, or a block that does."""
        within = {one: self.placed_in(one) for one in self.with_inner(born)}
        while leaves := [one for one, inner in within.items() if not inner]:
            for one in leaves:
                del within[one]
            within = {one: inner.difference(leaves) for one, inner in within.items()}
        return bool(within)

    def why_not_read(self, born: str) -> str | None:
        """Why a block cannot be read, as the end of a sentence; None if it can."""
        self._blocks()
        if born not in self._refused:
            self._refused[born] = self._why_not_read(born)
        return self._refused[born]

    def _why_not_read(self, born: str) -> str | None:
        if self.is_recursive(born):
            return "contains itself"
        depth, size = self._extent(born)
        if depth > DEEPEST:
            return f"has more than {DEEPEST} blocks inside one another"
        return f"is more than {MOST_READ} nodes" if size > MOST_READ else None

    def _extent(self, born: str) -> tuple[int, int]:
        """How deep blocks stand inside one another in a block that does not contain itself, and of how many nodes."""
        waiting = [born]
        while waiting:
            at = waiting[-1]
            inner = {one: len(births) for one, births in self._placements_in(at).items()}
            new = [one for one in inner if one not in self._extents]
            if new:
                waiting += new
                continue
            waiting.pop()
            depths = [self._extents[one][0] for one in inner]
            own = len(self._document.inside(at).nodes()) - sum(inner.values())
            held = sum(count * self._extents[one][1] for one, count in inner.items())
            self._extents[at] = (1 + max(depths, default=0), own + held)
        return self._extents[born]

    def _placements_in(self, born: str) -> dict[str, Set[str]]:
        """The nodes inside a block that place others, by the births of those."""
        found = ((self._blocks().get(name), births) for name, births in self._document.inside(born).by_kind().items())
        return {kind.born: births for kind, births in found if kind is not None and births}

    def contains(self, outer: str, inner: str) -> bool:
        """Whether a block is another one, or that one stands inside it at whatever depth."""
        return inner in self.with_inner(outer)

    def with_inner(self, born: str) -> set[str]:
        """A block and all blocks inside it, at whatever depth."""
        return {born} | self._below(born)

    def _below(self, born: str) -> set[str]:
        """All blocks inside a block, at whatever depth."""
        found, todo = set[str](), [born]
        while todo:
            new = self.placed_in(todo.pop()) - found
            found |= new
            todo += new
        return found

    def _blocks(self) -> dict[str, type[Placement]]:
        if self._edition != self._document.edition:
            self._edition = self._document.edition
            self._interiors.clear()
            self._extents.clear()
            self._refused.clear()
            self._own = {
                block.id: self._kind(block) for block in reversed(self._document.blocks()) if block.id not in self.base
            }
        return self._own

    def _kind(self, block: Block) -> type[Placement]:
        level = self._document.inside(block.born)
        ports = {
            name: tuple(Port(node.id) for node in level.nodes() if node.kind == kind)
            for name, kind in (("inputs", "Input"), ("outputs", "Output"))
        }
        params = {name: made for name, value in block.params.items() if (made := declared(name, value)) is not None}
        told = block.extra.get("help")
        inner = [node.id for node in level.nodes() if node.kind not in ("Input", "Output")]
        made_of = f"A block of {', '.join([*inner[:4], '…'] if len(inner) > 4 else inner) or 'nothing yet'}."
        doc = encodable(told if isinstance(told, str) else made_of)
        words = {"__doc__": doc, "title": block.id, "telling": tuple(params)[:2]}
        own: dict[str, Any] = {"vocabulary": self, "born": block.born, "words": ("block", "group", "module")}
        return type(block.id, (Placement,), {**params, **ports, **words, **own})


def declared(name: str, default: Any) -> Param | None:
    """The parameter of a block; None where it cannot be one, because of its name or its value."""
    if _is_no_name(name) or not isinstance(default, (bool, int, float, str)):
        return None
    found: Param = param(default, "A parameter of the block.", always=True)
    return found


def _is_no_name(name: str) -> bool:
    """Whether no parameter can be called so: the class of a block takes it as an argument."""
    legal = name.isidentifier() and normalize("NFKC", name) == name and not name.startswith("_")
    return not legal or keyword.iskeyword(name) or name in SOURCE or hasattr(Placement, name)


def encodable(text: str) -> str:
    """A text from a file with a mark for each half of a letter, of which a class can say nothing."""
    return text.encode("utf-8", "replace").decode("utf-8")


def bare_value(value: Value) -> Value:
    """A value whose sides are plain numbers: what it followed inside a block means nothing outside of it."""
    if isinstance(value, Tensor) and value.sides is not None:
        return replace(value, sides=tuple(bare(side) for side in value.sides), classes=bare(value.classes))
    return value


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, type(item).__name__, _hashable(item)) for name, item in value.items())
    return tuple(map(_hashable, value)) if isinstance(value, (list, tuple)) else value
