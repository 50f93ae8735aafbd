"""Adam and its family: optimizers that give each weight a step size from the mean and the spread of its slopes."""

from typing import Any

from graph.param import param
from graph.roles import FusedOptimizer, Optimizer

_BETAS = "How long means of slopes and of their squares are remembered."
_EPS = "Keeps the division from zero."
_LR = "Learning rate: the size of a step."
_L2 = "Pulls weights towards zero (L2)."
_DECOUPLED = "Pull weights straight towards zero, past the step sizes, as AdamW does."


class Adam(FusedOptimizer):
    """Gives each weight its own step size, from the mean and the spread of its slopes: works well nearly everywhere."""

    torch = "torch.optim.Adam"
    common = True
    words = ("adaptive", "adam", "gradient descent", "default optimizer")
    formula = "w ← w − lr · m̂ / (√v̂ + ε),  m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²"
    use = "The first choice for a new drawing: it forgives a learning rate that is off by a factor of three."
    avoid = "With weight decay take AdamW; for the last bit of accuracy on pictures SGD with momentum is often better."
    origin = "D. P. Kingma, J. Ba: Adam, A Method for Stochastic Optimization, 2015"
    lr: float = param(0.001, _LR, above=0.0, always=True)
    betas: Any = param((0.9, 0.999), _BETAS, type="floats", min=0.0, below=1.0)
    eps: float = param(1e-08, _EPS, min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)
    amsgrad: bool = param(False, "Never let the remembered spread shrink.")

    def remembers(self) -> int:
        return 2 + self.amsgrad


class AdamW(FusedOptimizer):
    """Adam with weight decay that does not bend the step sizes."""

    torch = "torch.optim.AdamW"
    title = "AdamW"
    common = True
    words = ("adaptive", "decoupled weight decay", "gradient descent", "transformer")
    formula = "w ← w − lr · (m̂ / (√v̂ + ε) + λ·w)"
    use = "For transformers, and wherever weights should be kept small while Adam moves them."
    avoid = "Where nothing should pull at the weights: then its decay of 0.01 is in the way, and Adam does the same."
    origin = "I. Loshchilov, F. Hutter: Decoupled Weight Decay Regularization, 2019"
    lr: float = param(0.001, _LR, above=0.0, always=True)
    betas: Any = param((0.9, 0.999), _BETAS, type="floats", min=0.0, below=1.0)
    eps: float = param(1e-08, _EPS, min=0.0)
    weight_decay: float = param(0.01, "Pulls weights towards zero.", min=0.0)
    amsgrad: bool = param(False, "Never let the remembered spread shrink.")

    def remembers(self) -> int:
        return 2 + self.amsgrad


class NAdam(Optimizer):
    """Adam that looks ahead: it steps with the mean slope as it will be after the present slope has entered it."""

    torch = "torch.optim.NAdam"
    title = "NAdam"
    words = ("nesterov adam", "adaptive", "look ahead", "gradient descent")
    formula = "w ← w − lr · (β₁·m̂ + (1−β₁)·ĝ) / (√v̂ + ε)"
    use = "In the place of Adam, when the loss falls steadily and you want it a little faster."
    avoid = "When the slopes are very noisy: looking ahead along a noisy mean helps little."
    origin = "T. Dozat: Incorporating Nesterov Momentum into Adam, 2016"
    lr: float = param(0.002, _LR, above=0.0, always=True)
    betas: Any = param((0.9, 0.999), _BETAS, type="floats", min=0.0, below=1.0)
    eps: float = param(1e-08, _EPS, min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)
    momentum_decay: float = param(0.004, "How fast the momentum comes up to its full strength.", min=0.0)
    decoupled_weight_decay: bool = param(False, _DECOUPLED)

    def remembers(self) -> int:
        return 2


class RAdam(Optimizer):
    """Adam that begins with plain momentum, and trusts its own step sizes only once it has seen enough slopes."""

    torch = "torch.optim.RAdam"
    title = "RAdam"
    words = ("rectified adam", "adaptive", "without warmup", "gradient descent")
    formula = "w ← w − lr · r · m̂ / √v̂  once ρ > 5, before that  w ← w − lr · m̂"
    use = "When Adam goes wrong in its first steps and you would rather not draw a warm-up."
    avoid = "When a warm-up is drawn already: both do the same work."
    origin = "L. Liu et al.: On the Variance of the Adaptive Learning Rate and Beyond, 2020"
    lr: float = param(0.001, _LR, above=0.0, always=True)
    betas: Any = param((0.9, 0.999), _BETAS, type="floats", min=0.0, below=1.0)
    eps: float = param(1e-08, _EPS, min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)
    decoupled_weight_decay: bool = param(False, _DECOUPLED)

    def remembers(self) -> int:
        return 2


class Adamax(Optimizer):
    """Adam that divides by the greatest slope it remembers, in place of the root of the mean of squares."""

    torch = "torch.optim.Adamax"
    words = ("infinity norm", "adaptive", "gradient descent")
    formula = "w ← w − lr / (1−β₁ᵗ) · m / u,  u ← max(β₂·u, |g| + ε)"
    use = "For embeddings and other weights whose slopes are mostly zero and sometimes large."
    avoid = "As a first choice: Adam is better known and rarely worse."
    origin = "D. P. Kingma, J. Ba: Adam, A Method for Stochastic Optimization, 2015"
    lr: float = param(0.002, _LR, above=0.0, always=True)
    betas: Any = param((0.9, 0.999), "How long the mean and the greatest slope are remembered.", type="floats",
                       min=0.0, below=1.0)  # fmt: skip
    eps: float = param(1e-08, _EPS, min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)

    def remembers(self) -> int:
        return 2


class Adafactor(Optimizer):
    """Remembers the spread of slopes for rows and columns of a weight table only, which saves nearly all the memory."""

    torch = "torch.optim.Adafactor"
    words = ("little memory", "factored", "transformer", "adaptive", "gradient descent")
    formula = "v̂ = r·cᵀ / mean(r);  w ← w − lr · g / √v̂, the step shortened to a mean square of d"
    use = "For large transformers whose weights fill the memory: Adam would need two more numbers for each of them."
    avoid = "For small networks: there is nothing to save, and Adam follows the slopes more closely."
    origin = "N. Shazeer, M. Stern: Adafactor, Adaptive Learning Rates with Sublinear Memory Cost, 2018"
    lr: float = param(0.01, _LR, above=0.0, always=True)
    beta2_decay: float = param(-0.8, "How the memory of squares grows longer with the steps.", max=0.0)
    d: float = param(1.0, "Steps with a greater mean square than this are shortened to it.", min=1.0)
    weight_decay: float = param(0.0, "Pulls weights towards zero.", min=0.0)
