"""How the weights of a node begin and what is put on them, as lines of the constructor that makes it."""

from collections.abc import Sequence
from typing import Any

from graph.following import bare
from graph.spec import Kind, code
from graph.weights import is_bias, mains, setting
from runtime.program.units import NodeUnit, Unit


def beginnings(unit: Unit) -> list[str]:
    """The lines that follow behind the modules; none where everything is as torch does it by itself."""
    if not isinstance(unit, NodeUnit) or not unit.module():
        return []
    return [*_initial(unit), *_parametrized(unit)]


def _initial(unit: NodeUnit) -> list[str]:
    chosen, biases = setting(unit.kind, "init"), setting(unit.kind, "bias_init")
    lines = _each(unit, mains(unit.weights()), _call(unit.kind, chosen)) if chosen != "default" else []
    if biases != "default":
        given = f", {code(bare(setting(unit.kind, 'bias_value')))}" if biases == "constant" else ""
        listed = [name for name in unit.weights() if is_bias(name)]
        lines += _each(unit, listed, f"nn.init.{biases}_({{}}{given})")
    return lines


def _each(unit: NodeUnit, names: Sequence[str], call: str) -> list[str]:
    """A call for each of some weights: a line, or a loop over several."""
    listed = [f"self.{unit.id}.{name}" for name in names]
    if len(listed) < 2:
        return [call.format(name) for name in listed]
    return [f"for weight in ({', '.join(listed)}):", "    " + call.format("weight")]


def _call(kind: Kind, chosen: str) -> str:
    """The call of torch's function; `{}` stands for the weight."""
    given = ", ".join(f"{name}={code(value)}" for name, value in _arguments(kind, chosen).items())
    return f"nn.init.{chosen}_({{}}{', ' + given if given else ''})"


def _arguments(kind: Kind, chosen: str) -> dict[str, Any]:
    def of(name: str) -> Any:
        return bare(setting(kind, f"init_{name}"))

    match chosen:
        case "constant":
            return {"val": of("value")}
        case "uniform":
            return {"a": of("low"), "b": of("high")}
        case "normal":
            return {"mean": of("mean"), "std": of("std")}
        case "trunc_normal":
            mean, std = of("mean"), of("std")
            return {"mean": mean, "std": std, "a": mean - 2 * std, "b": mean + 2 * std}
        case "xavier_uniform" | "xavier_normal" | "orthogonal":
            return {"gain": of("gain")} if of("gain") != 1 else {}
        case "kaiming_uniform" | "kaiming_normal":
            slope = {"a": of("slope")} if of("nonlinearity") == "leaky_relu" else {}
            mode = {"mode": of("mode")} if of("mode") != "fan_in" else {}
            return {**slope, **mode, "nonlinearity": of("nonlinearity")}
        case "sparse":
            return {"sparsity": of("sparsity"), "std": of("std")}
        case _:
            return {}


def _parametrized(unit: NodeUnit) -> list[str]:
    chosen = setting(unit.kind, "parametrization")
    return [] if chosen == "none" else [f"parametrizations.{chosen}(self.{unit.id})"]
