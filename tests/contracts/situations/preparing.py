"""What is fitted once: scalers take numbers of any sides, and no class numbers."""

from collections.abc import Mapping
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import Reason


def scales_classes(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].dtype == "index"


MEANT: dict[str, Reason] = dict.fromkeys(
    ("Standardize", "MinMax"), ("class numbers are names, which have neither mean nor ends", scales_classes)
)
