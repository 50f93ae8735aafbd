"""Formulas of one's own: what no layer computes yet, typed as one would write it down."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

from graph.formula import FormulaError, Start, loose_names, parse, parse_starts, why_not, why_not_starts
from graph.formula.functions import FUNCTIONS
from graph.formula.sides import same_columns, sides, truth
from graph.formula.source import Writer
from graph.formula.tokens import LENGTH
from graph.formula.tree import Call, Tree
from graph.misfit import Misfit
from graph.names import MODULE
from graph.param import param
from graph.roles import Layer
from graph.shape import UNKNOWN, Side, Tensor, Value
from graph.spec import Kind, Place, Port

_DICT = frozenset(
    ("clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values")
)
"""Words of torch's ParameterDict besides those of its modules."""


class _Formula(Layer):
    """What computes a formula: the rules and the code, apart from the words."""

    told = ("l1", "l2", "lr_factor", "decay", "frozen")
    expression: str
    learned: str
    fixed: str
    unread: ClassVar[bool] = False

    @classmethod
    def tailored(cls, values: Mapping[str, Any]) -> type[Kind]:
        typed = [values.get(name, cls.params[name].default) for name in ("expression", "learned", "fixed")]
        return _tailored(*(text[: LENGTH + 1] for text in typed)) if all(map(_is_text, typed)) else cls

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        return {"y": UNKNOWN} if self.unread else super().read(inputs, place)

    def shape(self, *inputs: Any) -> Tensor:
        _refuse_names(self)
        given = {port.name: value for port, value in zip(self.inputs, inputs, strict=True)}
        root = _root(self)
        joined, question = sides(root, given, self.weights()), truth(root, given)
        probability = isinstance(root, Call) and root.name == "sigmoid"
        columns = same_columns(list(given.values())) if all(x.sides == joined for x in given.values()) else None
        return Tensor(joined, "bool" if question else "float", probability=probability, columns=columns)

    def doubt(self, *inputs: Any) -> Misfit | None:
        idle = [start.name for start in _starts(self) if start.name not in parse(self.expression).names]
        text = f"{{node}} has the parameter {', '.join(idle)}, which its formula does not use."
        return Misfit(text=text, port="", code="parameter-unused") if idle else None

    def weights(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return {start.name: (start.width,) if start.width else () for start in parse_starts(self.learned)}

    def module(self, *inputs: Any) -> str | None:
        made = [f'"{start.name}": nn.Parameter({_tensor(start)})' for start in parse_starts(self.learned)]
        return f"nn.ParameterDict({{{', '.join(made)}}})" if made else None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        own = {name: f"{module}.{name}" for name in self.weights()}
        return Writer({**own, **names}, inputs).write(_root(self))


class Expression(_Formula):
    """Computes a formula of your own, number by number. Names that are no parameters become inputs."""

    formula = "y = f(x, a, b, …)"
    shapes = "inputs that can be joined number by number → their common shape; mean and sum leave 1 of the last side"
    use = "Take it for an activation or a gate that no layer has, or to try out a formula from a paper."
    avoid = "Where a layer of the vocabulary does the same, that one is quicker to read and its name is known."
    origin = "Our own; the formula it begins with is Swish (P. Ramachandran and others, 2017)"
    words = ("formula", "equation", "function", "custom", "lambda", "own", "math", "swish", "gate")
    inputs = (Port("x", help="What the formula calls x."),)
    telling = ("expression",)
    expression: str = param(
        "x * sigmoid(beta * x)",
        f"What comes out: numbers, names, + - * / **, a comparison, pi, and {', '.join(FUNCTIONS)}.",
        type="formula",
    )
    learned: str = param(
        "beta = 1", "Parameters that training moves, each with its start; b[8] = 0 holds eight numbers.", type="starts"
    )
    fixed: str = param("", "Parameters that stay as they are, as in alpha = 0.5.", type="starts")


@lru_cache(512)
def _tailored(expression: str, learned: str, fixed: str) -> type[Kind]:
    """Expression with the inputs of a formula; of one that cannot be read, those that its names hint at."""
    own = {start.name for text in (learned, fixed) for start in _read(text)}
    unread = why_not(expression) or why_not_starts(learned) or why_not_starts(fixed)
    places = {name: at for name, at in loose_names(expression).items() if name not in own}
    ports = tuple(Port(name, help=f"What the formula calls {name}.") for name in places)
    more = {
        "inputs": ports,
        "unread": unread is not None,
        "repeats": frozenset(name for name, at in places.items() if len(at) > 1),
    }
    return type("Expression", (Expression,), {"__doc__": Expression.__doc__, "__module__": __name__, **more})


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _read(text: str) -> tuple[Start, ...]:
    try:
        return parse_starts(text)
    except FormulaError:
        return ()


def _starts(made: _Formula) -> tuple[Start, ...]:
    return (*parse_starts(made.learned), *parse_starts(made.fixed))


def _root(made: _Formula) -> Tree:
    """The formula with its fixed parameters put in. Raises Misfit where those make no sense in it."""
    try:
        return parse(made.expression, tuple((start.name, start.value) for start in parse_starts(made.fixed))).root
    except FormulaError as error:
        raise Misfit(text=f"The formula of {{node}} cannot be computed: {error}.", port="", code="formula") from None


def _tensor(start: Start) -> str:
    if start.width:
        return f"torch.full(({start.width},), {start.value!r})"
    return f"torch.tensor({start.value!r})"


def _refuse_names(made: _Formula) -> None:
    """Raises Misfit for a parameter that cannot be called so."""
    names = [start.name for start in _starts(made)]
    for name in names:
        taken = name in MODULE or name in _DICT or names.count(name) > 1
        if taken:
            why = (
                "is given as learned and as fixed"
                if names.count(name) > 1
                else "is a word of PyTorch: call it otherwise"
            )
            raise Misfit(text=f"The parameter {name} of {{node}} {why}.", port="", code="parameter")
