"""Truth values: comparing, choosing by them, joining them, and turning numbers of one type into another."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from graph.merging import Elementwise, Joining
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Dtype, Tensor
from graph.sides import promoted, together
from graph.spec import Port, atom

OPERATORS = ("<", "<=", "==", ">=", ">", "!=")


class Compare(Elementwise):
    """Asks of each number whether it is above, below or equal to another one: the answers are truth values."""

    saves = "nothing"
    family = "logic"
    inputs = (Port("x"), Port("other", optional=True, help="What it is compared to; without a wire, the number typed."))
    formula = "y = x < other  (or ≤, =, ≥, >, ≠)"
    shapes = "(N, *), (N, *) → (N, *), truth values"
    use = "Masks, thresholds, whether two class numbers agree."
    avoid = "Anything weights before it should learn through: truth values have no slope."
    origin = "Textbook"
    words = ("threshold", "greater", "less", "equal", "larger", "smaller", "condition", "mask", "bool")
    telling = ("operator", "other")
    doing = "compares numbers with"
    operator: str = param(">", "How it compares: below, at most, equal, at least, above, unequal.", choices=OPERATORS)
    other: float = param(0.0, "What every number is compared to, where nothing is wired in.")

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        return "bool"

    def doubt(self, *inputs: Tensor) -> Misfit | None:
        return None if self.operator in ("==", "!=") else super().doubt(*inputs)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        other = atom(names["other"]) if "other" in names else f"{self.other!r}"
        return f"{atom(names['x'])} {self.operator} {other}"


class Where(Joining):
    """Takes each number from x where the condition holds, and from elsewhere where it does not."""

    family = "logic"
    inputs = (
        Port("condition", help="Truth values, such as a Compare gives."), Port("x"),
        Port("other", optional=True, help="What counts where it does not hold; without a wire, the number typed."),
    )  # fmt: skip
    formula = "y = x where condition holds, else other"
    shapes = "(N, *), (N, *), (N, *) → (N, *)"
    use = "Masking scores before a softmax, replacing what is missing, functions made of pieces."
    avoid = "Switching off by a factor of 0 or 1: a Multiply does that."
    origin = "Textbook"
    words = ("if", "choose", "select", "mask", "masked fill", "piecewise", "condition", "switch")
    telling = ("other",)
    other: float = param(0.0, "What stands where the condition does not hold and nothing is wired in.")

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        if inputs["condition"].dtype not in ("bool", None):
            raise Misfit("decides by truth values", "condition", hint="a Compare makes them", code="dtype",
                         advice=Advice("insert", "Put a Compare between", "Compare"))  # fmt: skip
        sides = together(inputs, "chooses among")
        dtype = promoted([inputs["x"], inputs["other"]]) if "other" in inputs else "float"
        return Tensor(sides, dtype)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"torch.where({names['condition']}, {names['x']}, {names.get('other', repr(self.other))})"


class _Logic(Elementwise):
    """Joins truth values; of a number it counts whether it is other than zero."""

    family = "logic"
    shapes = "(N, *), (N, *), … → (N, *), truth values"
    doing = "joins truth values with"

    def dtype(self, inputs: Mapping[str, Tensor]) -> Dtype:
        return "bool"

    def doubt(self, *inputs: Tensor) -> Misfit | None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if all(inputs[port].dtype == "bool" for port in names):
            return super().call(module, names, inputs)
        first, *rest = names.values()
        for name in rest:
            first = f"{self.function}({first}, {name})"
        return str(first) if rest else f"{first} != 0"


class And(_Logic):
    """Holds where everything that comes in holds."""

    formula = "y = a ∧ b ∧ …"
    use = "Masks that must both let through: in the past, and no filling."
    avoid = "Numbers between 0 and 1 that shall stay so: a Multiply is the soft and."
    origin = "Textbook (Boolean algebra)"
    words = ("both", "all", "conjunction", "logical", "mask", "boolean")
    between = "&"
    function = "torch.logical_and"


class Or(_Logic):
    """Holds where anything that comes in holds."""

    formula = "y = a ∨ b ∨ …"
    use = "Masks of which one is enough."
    avoid = "Numbers between 0 and 1 that shall stay so: a Maximum is the soft or."
    origin = "Textbook (Boolean algebra)"
    words = ("either", "any", "disjunction", "logical", "mask", "boolean")
    between = "|"
    function = "torch.logical_or"


class Not(Layer):
    """Holds where what comes in does not."""

    family = "logic"
    formula = "y = ¬x"
    shapes = "(N, *) → (N, *), truth values"
    use = "Turning a mask of what is meant into one of what is not."
    avoid = "Turning the sign of numbers, which is a Negate."
    origin = "Textbook (Boolean algebra)"
    words = ("negation", "invert", "logical", "mask", "boolean", "complement")

    def shape(self, x: Tensor) -> Tensor:
        return Tensor(x.sides, "bool", columns=x.columns)

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"~{atom(names['x'])}" if inputs["x"].dtype == "bool" else f"torch.logical_not({names['x']})"


class Cast(Layer):
    """Turns numbers into another type: truth values into 0 and 1, numbers into whole ones or into truth values."""

    family = "arithmetic"
    formula = "y = x as float, as a whole number (cut off), or as x ≠ 0"
    shapes = "(N, *) → (N, *)"
    use = "Counting truth values, taking class numbers as quantities, making tokens of whole numbers in a table."
    avoid = "Classes as numbers: an Embedding or a OneHot says that they have no order."
    origin = "Textbook"
    words = ("type", "dtype", "float", "int", "long", "bool", "convert", "to")
    telling = ("dtype",)
    METHODS: ClassVar[dict[str, str]] = {"float": "float", "index": "long", "bool": "bool"}
    dtype: str = param("float", "What the numbers become: float (fractions), index (whole), bool (truth values).",
                       choices=("float", "index", "bool"))  # fmt: skip
    classes: int | None = param(None, "For whole numbers: all are below this; left out, nobody knows.", type="int",
                                optional=True, min=1)  # fmt: skip

    def shape(self, x: Tensor) -> Tensor:
        if self.dtype == "index":
            known = x.classes if x.dtype == "index" else 2 if x.dtype == "bool" else None
            return replace(x, dtype="index", classes=self.classes or known, probability=False)
        return Tensor(x.sides, "float" if self.dtype == "float" else "bool", columns=x.columns)

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.{self.METHODS[self.dtype]}()"


class OneHot(Layer):
    """Writes a class number as a row of zeros with a single 1 at its place."""

    title = "One-hot"
    formula = "y[n, k] = 1 if k = x[n], else 0"
    shapes = "(N, *) class numbers → (N, *, num_classes)"
    use = "Few categories, targets of losses that want a row, conditions of a generator."
    avoid = "Many categories: an Embedding learns a short row for each of them."
    origin = "Textbook"
    words = ("one hot", "dummy", "categorical", "indicator", "encode", "class")
    telling = ("num_classes",)
    num_classes: int | None = param(None, "How many classes; left out, as many as come in.", type="int",
                                    optional=True, min=1)  # fmt: skip

    def shape(self, x: Tensor) -> Tensor:
        if x.dtype in ("float", "bool"):
            raise Misfit("wants class numbers", hint="a Cast to index makes them", code="dtype",
                         advice=Advice("insert", "Put a Cast between", "Cast", {"dtype": "index"}))  # fmt: skip
        if self.num_classes is not None and x.classes and self.num_classes < x.classes:
            fix = Advice("set", f"Make it {x.classes} classes", params={"num_classes": x.classes})
            raise Misfit(f"has places for {self.num_classes} classes", advice=fix)
        return Tensor((*x.known, self.num_classes or x.classes))

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        count = self.num_classes or inputs["x"].classes
        return f"F.one_hot({names['x']}{f', {count}' if count else ''}).float()"
