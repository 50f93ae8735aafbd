"""Writes what a precision other than float32 asks of a training: autocast, scaled losses, figures in float32."""

from collections.abc import Callable

from runtime.emit.source import Source
from runtime.program import Program

LOWER = {"bf16": "torch.bfloat16", "fp16": "torch.float16"}
"""The precisions in which autocast computes; weights stay as they are."""

COUNTED = '''
def counted(sums):
    """What a step tells. Numbers that overflowed in fp16 do not count: the scaler passes such a step over."""
    good = {name: torch.isfinite(value).all() for name, (value, _) in sums.items()}
    return {
        name: (torch.where(good[name], value, 0), count * good[name])
        for name, (value, count) in sums.items()
    }
'''

DOUBLE = """
torch.set_default_dtype(torch.float64)
for module in modules(training):
    module.double()
for listed in data.values():
    listed[:] = [values.double() if values.is_floating_point() else values for values in listed]
"""

DETERMINISTIC = """
torch.use_deterministic_algorithms(True)
torch.backends.cudnn.benchmark = False
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
"""


def autocast(program: Program) -> str:
    """The line within which a network and its losses are computed in a lower precision; empty if they are not."""
    lower = LOWER.get(program.run.precision)
    return f"with torch.autocast(DEVICE_TYPE, dtype={lower}):" if lower else ""


def is_scaled(program: Program) -> bool:
    """Whether losses are scaled, so that small slopes are not lost in fp16."""
    return bool(program.run.precision == "fp16")


def told(program: Program, sums: str) -> str:
    """The line that gives the figures of a step."""
    return f"return counted({sums})" if is_scaled(program) else f"return {sums}"


def in_double(program: Program, source: Source) -> Source:
    """The same source; for float64 nothing in it becomes float32."""
    if program.run.precision != "float64":
        return source
    return Source(source.text.replace(".float()", ".double()"), source.lines)


class Scaler:
    """The lines of a phase that scale its losses; as they would be without, where nothing is scaled."""

    def __init__(self, optimizer: str, attribute: str | None) -> None:
        self.on = attribute is not None
        self.optimizer, self.name = optimizer, f"self.{attribute}"

    def scaled(self, value: str) -> str:
        """A value, scaled where values are."""
        whole = value.startswith("(") and value.endswith(")")
        return f"{self.name}.scale{value if whole else f'({value})'}" if self.on else value

    def clipped(self, clips: list[str]) -> list[str]:
        """The lines that keep slopes from being too large, in their true size."""
        return [f"{self.name}.unscale_({self.optimizer})", *clips] if self.on and clips else clips

    def step(self) -> str:
        """The line that moves the weights."""
        return f"{self.name}.step({self.optimizer})" if self.on else f"{self.optimizer}.step()"

    def behind(self, schedules: list[str], take: Callable[[str], str]) -> list[str]:
        """The lines of schedules that count steps: those that the scaler passed over do not count."""
        if not self.on or not schedules:
            return [f"{self.name}.update()"] if self.on else schedules
        before = take("before")
        return [
            f"{before} = {self.name}.get_scale()",
            f"{self.name}.update()",
            f"if {self.name}.get_scale() >= {before}:  # else numbers overflowed, and no weight has moved",
            *(f"    {one}" for one in schedules),
        ]
