"""Optimizers that look at more than one slope at a time: at the bend of the loss, or at whole tables of weights."""

from typing import Any

from graph.param import param
from graph.roles import Optimizer


class LBFGS(Optimizer):
    """Learns from its last steps how the loss bends and walks to the bottom; each step computes the loss often."""

    torch = "torch.optim.LBFGS"
    title = "L-BFGS"
    words = ("lbfgs", "quasi newton", "second order", "line search", "full batch", "bfgs")
    formula = "w ← w + t·d,  d = −H·∂L/∂w,  H built from the last changes of w and of the slope"
    use = "For small networks, curves and physics with all rows in one batch: it reaches what Adam never quite does."
    avoid = "With small batches or dropout: the loss it compares must be the same function each time."
    origin = "D. C. Liu, J. Nocedal: On the Limited Memory BFGS Method, 1989"
    closure = True
    lr: float = param(1.0, "Learning rate: the part of the found step that is taken.", above=0.0, always=True)
    max_iter: int = param(20, "Moves in one step, each with its own slope.", min=1)
    max_eval: int | None = param(
        None, "How often the loss is computed in a step at most; left out, 1.25 times the moves.",
        type="int", min=1, optional=True,
    )  # fmt: skip
    tolerance_grad: float = param(1e-07, "A slope smaller than this ends the step.", min=0.0)
    tolerance_change: float = param(1e-09, "A move smaller than this ends the step.", min=0.0)
    history_size: int = param(100, "How many changes are remembered.", min=1)
    line_search_fn: str | None = param(
        None, "How far to go in a direction: strong_wolfe searches, left out it takes lr.",
        type="choice", choices=("strong_wolfe",), optional=True,
    )  # fmt: skip

    def remembers(self) -> int:
        return 2 * self.history_size + 2


class Muon(Optimizer):
    """Makes the step of a whole table of weights orthogonal, so that all its directions move equally far."""

    torch = "torch.optim.Muon"
    words = ("orthogonal", "newton schulz", "matrix", "momentum", "gradient descent")
    formula = "B ← μ·B + g,  W ← W − lr · (λ·W + s·NS(g + μ·B)),  NS(M) ≈ U·Vᵀ of M = U·Σ·Vᵀ"
    use = "For the inner tables of large networks of Linear layers without biases."
    avoid = "For biases, convolutions and norms, which are no tables: it refuses them."
    origin = "K. Jordan et al.: Muon, An Optimizer for Hidden Layers in Neural Networks, 2024"
    sides = 2
    lr: float = param(0.001, "Learning rate: the size of a step.", above=0.0, always=True)
    weight_decay: float = param(0.1, "Pulls weights towards zero.", min=0.0)
    momentum: float = param(0.95, "Part of the last step that is kept.", min=0.0)
    nesterov: bool = param(True, "Look ahead along the momentum.")
    ns_coefficients: Any = param(
        (3.4445, -4.775, 2.0315), "The three numbers of the rule that makes a table orthogonal.", type="floats"
    )
    eps: float = param(1e-07, "Keeps the division from zero.", min=0.0)
    ns_steps: int = param(5, "How often that rule is applied.", min=1, below=100)
    adjust_lr_fn: str | None = param(
        None, "How the step grows with the table: original, or as large as one of AdamW.",
        type="choice", choices=("original", "match_rms_adamw"), optional=True,
    )  # fmt: skip

    def remembers(self) -> int:
        return 1
