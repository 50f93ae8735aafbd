"""What a shape rule says when something does not fit, and the fix that it advises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.shape import Tensor


@dataclass(frozen=True, slots=True)
class Advice:
    """A fix in words of the kind; the reading makes a patch of it.

    `insert` a kind (with `params`) on the wire into `port`; `set` own `params`; `set_source` the parameters of the node
    that feeds `port`, or of the first before it that has them; `become` another kind; go `before` the node that feeds
    `port`.
    """

    action: Literal["insert", "set", "set_source", "become", "before"]
    label: str
    kind: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


class Misfit(Exception):
    """What comes in does not fit: "{node} {wants}, but {source} gives {value}: {hint}".

    With `text` the sentence is that text, in which {node} and {source} stand for names. `code` names the diagnostic.
    `at` is the place of the wire at a gathering port.
    """

    def __init__(
        self,
        wants: str = "",
        port: str = "x",
        *,
        hint: str = "",
        text: str = "",
        advice: Advice | None = None,
        code: str = "shape",
        at: int = -1,
    ) -> None:
        super().__init__(text or wants)
        self.wants, self.port, self.hint, self.text = wants, port, hint, text
        self.advice, self.code, self.at = advice, code, at


def floats(x: Tensor, port: str = "x", at: int = -1) -> None:
    """Raises Misfit if a layer of numbers gets whole class numbers or truth values."""
    if x.dtype == "index":
        raise Misfit("wants numbers that can have fractions", port, hint="class numbers go through an Embedding",
                     advice=Advice("insert", "Put an Embedding between", "Embedding"), code="dtype", at=at)  # fmt: skip
    if x.dtype == "bool":
        raise Misfit("wants numbers that can have fractions", port, code="dtype", at=at)
