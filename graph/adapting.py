"""How losses and metrics bring a prediction and a target together: two adaptations, both written in the source."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.shape import Axis, Side, Tensor, describe
from graph.spec import atom


def squeezes(prediction: Tensor, target: Tensor) -> bool:
    """Whether a prediction (N, 1) meets a target (N,), or (N, 1, *) one of (N, *)."""
    if prediction.sides is None or target.sides is None:
        return False
    return prediction.rank == target.rank + 1 and prediction.known[1] == 1


def expressions(names: Mapping[str, Any], inputs: Mapping[str, Any], *, to_float: bool = True) -> tuple[str, str]:
    """Source of prediction and target, adapted to each other."""
    prediction, target = names["prediction"], names["target"]
    if squeezes(inputs["prediction"], inputs["target"]):
        prediction = f"{atom(prediction)}.squeeze(1)"
    if to_float and inputs["target"].dtype in ("index", "bool"):
        target = f"{atom(target)}.float()"
    return prediction, target


def same_rows(prediction: Tensor, target: Tensor, port: str = "target") -> None:
    """Raises Misfit if prediction and target (or what comes in at another port) come from different data."""
    left, right = prediction.known[0], target.known[0]
    if isinstance(left, Axis) and isinstance(right, Axis) and left != right:
        text = f"{{node}} compares rows of different data: prediction and {port} must come from the same."
        raise Misfit(port=port, text=text, code="rows-mixed")


def numbers(prediction: Tensor, target: Tensor) -> None:
    """Raises Misfit unless prediction and target can be compared number by number."""
    same_rows(prediction, target)
    floats(prediction, "prediction")
    if squeezes(prediction, target) and all(map(_fits, prediction.known[2:], target.known[1:])):
        return
    if target.classes and target.rank == 1 and prediction.rank == 2 and prediction.known[1] not in (1, None):
        raise Misfit(
            "compares number by number",
            "target",
            hint="scores of classes go with a CrossEntropyLoss",
            code="target-shape",
        )
    if not _equal(prediction, target):
        wants = f"compares number by number with a target of {describe(target)}"
        raise Misfit(
            wants,
            "prediction",
            hint="both must have the same sides",
            code="target-shape",
            advice=_as_many(prediction, target),
        )


def _equal(prediction: Tensor, target: Tensor) -> bool:
    if None in prediction.known[1:] and prediction.rank == 2 and target.rank == 1:
        return True  # it may turn out to be (N, 1)
    return prediction.rank == target.rank and all(map(_fits, prediction.known, target.known))


def _fits(left: Side, right: Side) -> bool:
    return left is None or right is None or left == right


def _as_many(prediction: Tensor, target: Tensor) -> Advice | None:
    """Rows of another length than the target's: the layer before them answers with as many numbers."""
    wanted = 1 if target.rank == 1 else target.known[-1]
    if prediction.rank != 2 or target.rank > 2 or not isinstance(wanted, int):
        return None
    return Advice(
        "set_source", f"Answer with {wanted} number{'' if wanted == 1 else 's'}", params={"out_features": wanted}
    )


def signs(name: str, target: Tensor) -> str:
    """Source of a target of −1 and 1; class numbers and truth values are 0 and 1."""
    return f"2 * {atom(name)}.float() - 1" if target.dtype in ("index", "bool") else name


def scores_come_second(prediction: Tensor, target: Tensor) -> None:
    """Raises Misfit if the scores of the classes are the last side of sequences or pictures, not the second."""
    if prediction.rank < 3 or prediction.rank != target.rank + 1:
        return
    places, last, second = target.known[1:], prediction.known[1:-1], prediction.known[2:]
    if None in (*places, *last, *second) or places != last or places == second:
        return
    rank = prediction.rank
    kind, params = ("Transpose", {}) if rank == 3 else ("Permute", {"dims": [0, rank - 1, *range(1, rank - 1)]})
    text = "{node} wants the scores of the classes as the second side, but {source} gives them as the last."
    advice = Advice("insert", f"Put a {kind} between", kind, params)
    raise Misfit(port="prediction", text=text, code="target-shape", advice=advice)
