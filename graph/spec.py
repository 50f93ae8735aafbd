"""How a kind of node is declared: one class with parameters, ports, words, a shape rule and its torch code."""

import ast
import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, TypeAlias

from graph.following import Followed, bare
from graph.misfit import Misfit
from graph.param import Param
from graph.shape import UNKNOWN, Side, Value

PortType: TypeAlias = Literal["tensor", "loss", "schedule"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Port:
    """Where wires end. A gathering port takes any number; a lettered one stands for a, b, c, … with one wire each.

    A lettered input grows with its wires; how many letters an output has, the parameters say (`Kind.ports_out`).
    """

    name: str
    type: PortType = "tensor"
    gathers: bool = False
    lettered: bool = False
    optional: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands when it is read: its birth name, and what an inspection of its file has told (or None).

    `rows` is the birth name of the first data node of the drawing, if there is one.
    """

    born: str
    facts: Mapping[str, Any] | None = None
    rows: str = ""


class Kind:
    """What every kind declares. The name of the class is the kind's name in files; its docstring is shown to users.

    A new node is called after `stem` (or the kind's name) and a number; where `numbered` is false, the first has none.
    `repeats` names the inputs whose expression `call` writes more than once, so that they must be names by then.
    `missing` is why a node cannot be made while a side of its weights is not known.
    `common` kinds, those that nearly everyone uses, come first in their family and among equals in a search.
    The help page shows the docstring (what it does), `formula` (as textbooks write it), `shapes` (what goes in and
    comes out), `use` and `avoid` (when to take it, and when not), `origin` (who described it, where) and `words`.
    """

    family: ClassVar[str] = ""
    title: ClassVar[str] = ""
    stem: ClassVar[str] = ""
    numbered: ClassVar[bool] = True
    torch: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    shapes: ClassVar[str] = ""
    use: ClassVar[str] = ""
    avoid: ClassVar[str] = ""
    origin: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ()
    common: ClassVar[bool] = False
    inputs: ClassVar[tuple[Port, ...]] = ()
    outputs: ClassVar[tuple[Port, ...]] = ()
    positional: ClassVar[tuple[str, ...]] = ()
    telling: ClassVar[tuple[str, ...]] = ()
    source: ClassVar[str] = ""
    missing: ClassVar[str] = "it is not known how much goes into it"
    repeats: ClassVar[frozenset[str]] = frozenset()
    params: ClassVar[dict[str, Param]] = {}
    wired: frozenset[str] = frozenset()
    """The outputs that something takes, where the source is written; a call may save the others."""

    def __init_subclass__(cls) -> None:
        own = {name: _named(name, value) for name, value in vars(cls).items() if isinstance(value, Param)}
        for name, declared in own.items():
            setattr(cls, name, declared.default)
        joined = {name: declared for name, declared in cls.params.items() if name not in own} | own
        cls.params = dict(sorted(joined.items(), key=lambda item: item[1].last))
        cls.common = vars(cls).get("common", False)
        cls.title = vars(cls).get("title") or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__)

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        for name, value in (values or {}).items():
            declared = self.params.get(name)
            if declared is not None and declared.wrong(value) is None:
                setattr(self, name, tuple(value) if isinstance(value, list) else value)

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    @classmethod
    def tailored(cls, values: Mapping[str, Any]) -> "type[Kind]":
        """The class for a node with these parameters: another one where the ports follow from what was typed."""
        return cls

    @classmethod
    def help(cls) -> str:
        """The docstring as one text."""
        return re.sub(r"\s*\n\s*", " ", (cls.__doc__ or "").strip())

    @classmethod
    def input(cls, name: str) -> Port | None:
        """The declared port behind an input's name: a lettered one for `a`, `b`, …"""
        for port in cls.inputs:
            if port.name == name or (port.lettered and len(name) == 1 and name in LETTERS):
                return port
        return None

    @classmethod
    def output(cls, name: str) -> Port | None:
        """The declared port behind an output's name, a lettered one for any letter."""
        for port in cls.outputs:
            if port.name == name or (port.lettered and len(name) == 1 and name in LETTERS):
                return port
        return None

    @classmethod
    def in_order(cls, inputs: Mapping[str, Any]) -> list[Any]:
        """Values by place, as the rules take them: None for an optional port that nothing is wired into."""
        if len(cls.inputs) == 1:
            return list(inputs.values())
        found = [inputs.get(port.name) for port in cls.inputs]
        while found and found[-1] is None:
            found.pop()
        return found

    def ports_out(self) -> tuple[Port, ...]:
        """The outputs that a node with these parameters has."""
        return self.outputs

    def summary(self) -> str:
        """The line under the node's name: the kind and the parameters that matter."""
        told = [text for name in self.telling if (text := _short(getattr(self, name)))]
        return " ".join([self.title, *told])

    # --- reading

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        """Values of the outputs from those of the inputs (a gathering port's is a list); raises Misfit."""
        return {port.name: UNKNOWN for port in self.ports_out()}

    def asks(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        """A question to the helper process, about what only a look at a file can tell; None if there is none."""
        return None

    def doubt(self, *inputs: Any) -> Misfit | None:
        """What torch accepts but hardly anyone means, as a Misfit that becomes a warning."""
        return None

    def weights(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        """The shapes of the parameters that training moves, by torch's names; None for a side that is not known."""
        return {}

    def buffers(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        """The shapes of what is stored but not trained."""
        return {}

    def macs(self, *values: Any) -> int | None:
        """Multiply-accumulates for one row, from the inputs and the output."""
        return 0

    def hands_on(self) -> Mapping[str, int]:
        """What it hands on to the next window of a stream, by name, with the side along which the rows stand.

        Where there is something, `call` finds among the names, as "state", what came from the window before (a tensor,
        or a tuple of several; None at first), and gives its value and what it hands on.
        """
        return {}

    # --- torch code

    def args(self, *inputs: Any) -> dict[str, Any]:
        """The arguments of torch's constructor; what equals torch's default is left out."""
        return {
            name: getattr(self, name)
            for name, declared in self.params.items()
            if declared.printed
            and (declared.always or (value := getattr(self, name)) != declared.default or isinstance(value, Followed))
        }

    def arguments(self, *inputs: Any) -> str:
        """The arguments as source: positional ones first, the others by keyword."""
        given = self.args(*inputs)
        first = [code(given[name]) for name in self.positional if name in given]
        rest = [f"{name}={code(value)}" for name, value in given.items() if name not in self.positional]
        return ", ".join(first + rest)

    def module(self, *inputs: Any) -> str | None:
        """The expression that makes this node's module, or None if it needs none."""
        return f"{self.torch}({self.arguments(*inputs)})" if self.torch else None

    def setup(self, module: str, *inputs: Any) -> list[str]:
        """Lines that follow in `__init__`, without a graph: `module` is the expression for what `module()` made."""
        return []

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """The expression for the output; `names` are expressions by port (a list for a gathering one)."""
        return f"{module}({', '.join(names.values())})"

    def plainly(self) -> "Kind":
        """The same with numbers where it follows a block's parameters: a call has no arguments to speak of."""
        plain = copy(self)
        for name, value in vars(self).items():
            setattr(plain, name, bare(value) if name in self.params else value)
        return plain

    def assign(self, names: Mapping[str, str]) -> str:
        """The left side that takes the result of `call`; `names` are variables by port, without ports nobody needs."""
        return ", ".join(names.get(port.name, "_") for port in self.ports_out())

    def pick(self, port: str, name: str) -> str:
        """The expression for an output from the variable that `assign` gave it."""
        return name


def letters(port: Port, count: int) -> tuple[Port, ...]:
    """The first so many ports that a lettered one stands for."""
    return tuple(replace(port, name=letter, lettered=False) for letter in LETTERS[:count])


def code(value: Any) -> str:
    """A literal as Python source; of what follows a block's parameter that parameter."""
    if isinstance(value, Followed):
        return value.source
    if isinstance(value, (list, tuple)):
        return f"({', '.join(code(item) for item in value)}{',' if len(value) == 1 else ''})"
    return (
        f'"{value}"' if isinstance(value, str) and value.isprintable() and not set(value) & set('"\\') else repr(value)
    )


def atom(expression: str) -> str:
    """An expression that an attribute, a call or an operator can follow: in brackets unless it needs none."""
    node = ast.parse(expression, mode="eval").body
    return expression if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({expression})"


def _named(name: str, declared: Param) -> Param:
    return Param(**{**{key: getattr(declared, key) for key in Param.__dataclass_fields__}, "name": name})


def _short(value: Any) -> str:
    if value is None or isinstance(value, bool) or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return "×".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
