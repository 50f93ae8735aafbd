"""A class of the user's own, from a Python file beside the drawing. Here it is only described: it never runs here."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from graph.misfit import Misfit
from graph.names import why_not
from graph.own_code import OWN_CLASSES, literal, module_name, options, why_no_file
from graph.param import param
from graph.roles import Layer
from graph.shape import UNKNOWN, Axis, Dtype, Side, Tensor, Value
from graph.spec import Kind, Place, Port

_DTYPES: dict[str, Dtype] = {"float": "float", "index": "index", "bool": "bool"}


class _OwnClass(Layer):
    """What stands for a class in a file: its shapes are facts that another process has found."""

    told = ("l1", "l2", "lr_factor", "decay", "frozen")
    path: str
    class_name: str
    options: str
    facts: Mapping[str, Any] = {}

    @classmethod
    def tailored(cls, values: Mapping[str, Any]) -> type[Kind]:
        takes, gives = (_names(values.get(name), declared) for name, declared in (("takes", "x"), ("gives", "y")))
        return _tailored(takes, gives, str(values.get("path", ""))[:1000], str(values.get("class_name", ""))[:100])

    def asks(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        if why_no_file(self.path):
            return None
        described = [_described(inputs[port.name]) for port in self.inputs if port.name in inputs]
        return {
            "ask": "module", "path": self.path, "class": self.class_name, "options": options(self.options),
            "inputs": described, "outputs": len(self.outputs),
        }  # fmt: skip

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        self.facts = place.facts or {}
        if any(tensor.sides is None for tensor in inputs.values()):
            return {port.name: UNKNOWN for port in self.outputs}
        self._refuse()
        axes = {_axis(side): side for tensor in inputs.values() for side in tensor.known if isinstance(side, Axis)}
        told: Sequence[Any] = self.facts.get("outputs") or [None] * len(self.outputs)
        return {port.name: _tensor(found, axes) for port, found in zip(self.outputs, told, strict=False)}

    def _refuse(self) -> None:
        """Raises Misfit for what can be known without the file."""
        wrong = why_no_file(self.path)
        names = self.facts.get("classes", ())
        if not wrong and not self.class_name:
            wrong = "{node} needs the name of a class" + (f": there is {', '.join(names)}." if names else ".")
        if not wrong and (why_not(self.class_name) or self.class_name in OWN_CLASSES):
            wrong = f"{{node}} cannot import a class that is called {self.class_name[:60]}: choose another name for it."
        if wrong:
            raise Misfit(text=wrong, port="", code="own-code")

    def weights(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return {name: tuple(shape) for name, shape in self.facts.get("weights", {}).items()}

    def buffers(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return {name: tuple(shape) for name, shape in self.facts.get("buffers", {}).items()}

    def macs(self, *values: Any) -> int | None:
        return None

    def module(self, *inputs: Any) -> str:
        given = ", ".join(f"{name}={literal(value)}" for name, value in options(self.options).items())
        return f"{self.class_name}({given})"


class PyTorchModule(_OwnClass):
    """Runs a class of your own from a Python file. It never runs before you have said that you trust that very file."""

    title = "PyTorch module"
    stem = "own"
    formula = "y = forward(x, …)"
    shapes = "what the class makes of its inputs, found by running it once without numbers"
    use = "Take it for what no drawing can say, or to use a layer that you have as code already."
    avoid = "What the vocabulary has can be drawn: it is checked while you draw, and needs nobody's trust."
    origin = "Your own"
    words = ("code", "python", "class", "custom", "file", "script", "own", "nn.Module", "user")
    telling = ("class_name",)
    path: str = param("", "The Python file, as seen from the folder of the drawing.", type="path")
    class_name: str = param("", "The class in it; it must be a torch.nn.Module.")
    options: str = param("{}", 'What the class is made with, as JSON: {"hidden": 64}.', type="options")
    takes: tuple[str, ...] = param(("x",), "The names of its inputs, in the order of forward.", type="columns")
    gives: tuple[str, ...] = param(("y",), "The names of its outputs.", type="columns")


@lru_cache(256)
def _tailored(takes: tuple[str, ...], gives: tuple[str, ...], path: str, name: str) -> type[Kind]:
    """PyTorchModule with these ports and the line that imports its class."""
    good = name.isidentifier() and not why_no_file(path)
    more = {
        "inputs": tuple(Port(port) for port in takes), "outputs": tuple(Port(port) for port in gives),
        "source": f"from {module_name(path)} import {name}" if good else "", "title": PyTorchModule.title,
    }  # fmt: skip
    return type("PyTorchModule", (PyTorchModule,), {"__doc__": PyTorchModule.__doc__, "__module__": __name__, **more})


def _names(typed: Any, default: str) -> tuple[str, ...]:
    """The names that can be ports."""
    names = typed if isinstance(typed, (list, tuple)) else ()
    good = [name for name in names if isinstance(name, str) and name.isidentifier() and name[0] != "_"]
    return tuple(dict.fromkeys(good))[:16] or (default,)


def _axis(axis: Axis) -> str:
    return f"{axis.letter}:{axis.source}"


def _described(value: Tensor) -> dict[str, Any]:
    """A value as the helper process is told of it; axes by name."""
    sides = [_axis(side) if isinstance(side, Axis) else side for side in value.sides or ()]
    return {"sides": None if value.sides is None else sides, "dtype": value.dtype, "classes": value.classes}


def _tensor(found: Any, axes: Mapping[str, Axis]) -> Tensor:
    """A value as the helper process has found it."""
    if not isinstance(found, Mapping) or found.get("sides") is None:
        return UNKNOWN
    sides = tuple(axes.get(side) if isinstance(side, str) else side for side in found["sides"])
    return Tensor(sides, _DTYPES.get(found.get("dtype", "")))
