"""From sequences to rows and back: the last step, one row for all steps, the steps backwards."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph.merging import Joining
from graph.misfit import Misfit
from graph.roles import Layer
from graph.shape import Tensor
from graph.spec import Port, atom


class LastStep(Layer):
    """Takes the last step of a sequence, in which a recurrent layer has seen all of it."""

    saves = "nothing"
    family = "recurrent"
    formula = "y = x[:, T]"
    shapes = "(N, T, *) → (N, *)"
    use = "One answer for a whole sequence, behind an LSTM or a GRU."
    avoid = "Behind a bidirectional layer: what goes backwards has seen only one step there. Take a Mean or a Max."
    origin = "Textbook"
    words = ("final state", "last output", "many to one", "select", "end of sequence")

    def shape(self, x: Tensor) -> Tensor:
        if x.rank < 2:
            raise Misfit("wants sequences")
        return replace(x, sides=(x.known[0], *x.known[2:]), columns=x.columns if x.rank > 2 else None)

    def doubt(self, x: Tensor) -> Misfit | None:
        if x.rank != 4:
            return None
        return Misfit(
            "takes the last step of a sequence", hint="of pictures that is their last channel", code="last-channel"
        )

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}[:, -1]"


class RepeatOverTime(Joining):
    """Gives the same row to every step of a sequence."""

    saves = "nothing"
    family = "recurrent"
    inputs = (Port("x"), Port("like", help="The sequence whose steps count."))
    formula = "y[t] = x  for every step t of like"
    shapes = "(N, F), (N, T, *) → (N, T, F)"
    use = "What is true of the whole (a context, a style, a class) beside what changes from step to step."
    avoid = "Where it is only added: an Unsqueeze and an Add stretch it by themselves."
    origin = "Textbook; as RepeatVector in encoder–decoders: Sutskever et al., Sequence to Sequence Learning, 2014"
    words = ("repeat vector", "broadcast", "context", "condition", "expand", "tile", "decoder")

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        x, like = inputs["x"], inputs["like"]
        if like.rank < 2:
            raise Misfit("counts the steps of a sequence", "like")
        return replace(x, sides=(x.known[0], like.known[1], *x.known[1:]))

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        inner = inputs["x"].rank - 1 if inputs["x"].sides is not None else 1
        sizes = ["-1", f"{atom(names['like'])}.shape[1]", *["-1"] * inner]
        return f"{atom(names['x'])}.unsqueeze(1).expand({', '.join(sizes)})"


class Reverse(Layer):
    """Turns sequences round: the last step comes first."""

    saves = "nothing"
    family = "recurrent"
    formula = "y[t] = x[T + 1 − t]"
    shapes = "(N, T, *) → (N, T, *)"
    use = "Reading backwards: Reverse, a loop, Reverse and a Concatenate make a bidirectional layer."
    avoid = "Recurrent layers that have bidirectional: they turn round by themselves."
    origin = "Schuster and Paliwal, Bidirectional Recurrent Neural Networks, 1997"
    words = ("backwards", "flip", "bidirectional", "invert", "turn round")

    def shape(self, x: Tensor) -> Tensor:
        if x.rank < 2:
            raise Misfit("wants sequences")
        return replace(x, columns=x.columns if x.rank > 2 else None)

    def module(self, *inputs: Any) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.flip(1)"
