"""A published network for pictures, by its name in torchvision; what it gives and weighs are facts of a helper."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.shape import UNKNOWN, Side, Tensor, Value
from graph.spec import Kind, Place, atom, code

BEFORE = "before the classifier"
NOWHERE = "nowhere"
"""Where a network ends, besides at one of its layers."""

HEADLESS = '''
def headless(network, classifier):
    """The network without its classifier: it answers with what went into it."""
    setattr(network, classifier, nn.Identity())
    return network
'''
FIRST_LAYERS = "from torchvision.models.feature_extraction import create_feature_extractor"
SCALED = '''
def {name}(x):
    """Pictures from 0 to 1, grey or coloured, less the mean of each colour, by its spread."""
    mean = x.new_tensor({mean}).view(3, 1, 1)
    return (x - mean) / x.new_tensor({spread}).view(3, 1, 1)
'''
SCALES = {
    "imagenet": ("as_in_imagenet", [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    "half": ("around_zero", [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
}
"""By the choice of `preprocess` the function that does it, means and spreads."""


class Pretrained(Layer):
    """A published network for pictures, any that torchvision knows, with the weights that it has learned on ImageNet.

    Cut before its classifier it answers with features: numbers that say what is in a picture. A Linear behind it learns
    quickly to tell your own classes by them.
    """

    title = "Pretrained"
    stem = "network"
    told = ("lr_factor", "decay", "frozen")
    common = True
    numbered = False
    formula = "y = network(x)"
    shapes = "(N, 1 or 3, H, W) → (N, F), or what the layer gives at which it is cut"
    use = (
        "For pictures of your own, of which there are few: frozen, with a Linear behind it. Then go on from that run "
        "with frozen off and an lr_factor of 0.1 or less, so that it suits your pictures better."
    )
    avoid = "For pictures that look like no photograph at all, and where a small network does as well."
    origin = (
        "J. Yosinski and others: How transferable are features in deep neural networks?, 2014; by way of torchvision"
    )
    words = (
        "torchvision", "transfer learning", "fine-tune", "backbone", "features", "imagenet", "vgg", "resnet", "resnext",
        "inception", "googlenet", "mobilenet", "efficientnet", "densenet", "convnext", "swin", "vit",
        "vision transformer", "alexnet", "squeezenet", "regnet", "shufflenet",
    )  # fmt: skip
    telling = ("model",)
    model: str = param("mobilenet_v2", "The network's name in torchvision.", type="name")
    start: str = param(
        "cache", "Where its weights come from: torchvision's cache on this machine, the same or a download, a file, or "
        "chance.", choices=("cache", "download", "file", "random"),
    )  # fmt: skip
    version: str = param(
        "IMAGENET1K_V1", "Which of the published weights.", type="name", when=("start", ("cache", "download"))
    )
    path: str = param("", "A file of weights: .pth, .pt or .safetensors.", type="path", when=("start", ("file",)))
    cut: str = param(BEFORE, f"Where it ends: {BEFORE}, {NOWHERE}, or at a layer of it, such as layer3.", type="name")
    preprocess: str = param(
        "imagenet", "How pictures from 0 to 1 are scaled for it: as ImageNet's photographs, to −1…1 (half), or not.",
        choices=("imagenet", "half", "none"),
    )  # fmt: skip
    facts: Mapping[str, Any] = {}

    @classmethod
    def tailored(cls, values: Mapping[str, Any]) -> type[Kind]:
        return _tailored(str(values.get("cut", BEFORE)), str(values.get("preprocess", "imagenet")))

    @property
    def given(self) -> bool:
        """Whether its weights come from elsewhere."""
        return self.start != "random" and not self.shares

    def asks(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        x = inputs.get("x")
        sides = [3, *x.known[2:]] if isinstance(x, Tensor) and x.sides is not None and x.rank == 4 else []
        known = all(isinstance(side, int) for side in sides)
        file = {"path": self.path} if self.start == "file" and self.path else {}
        return {
            "ask": "pretrained", "model": self.model, "cut": self.cut, "start": self.start, "version": self.version,
            "preprocess": self.preprocess, "sides": sides if known else [], **file,
        }  # fmt: skip

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        self.facts = place.facts or {}
        return super().read(inputs, place)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 4:
            raise Misfit("wants pictures (channels × height × width)")
        if x.known[1] not in (1, 3, None):
            raise Misfit("wants pictures of 1 channel (grey) or 3 (colours)")
        if not self.model.isidentifier():
            raise Misfit(port="", text="{node} needs the name of a network of torchvision.", code="pretrained")
        if self.start == "file" and not self.path:
            raise Misfit(port="", text="{node} has no file of weights yet: choose one.", code="no-file")
        wrong = self.facts.get("wrong")
        if wrong:
            raise _told(wrong)
        sides = self.facts.get("sides")
        return x.but(*sides) if sides is not None else UNKNOWN

    def doubt(self, *inputs: Any) -> Misfit | None:
        doubt = self.facts.get("doubt")
        return _told(doubt) if doubt else None

    def weights(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return {name: tuple(shape) for name, shape in self.facts.get("weights", {}).items()}

    def buffers(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        return {name: tuple(shape) for name, shape in self.facts.get("buffers", {}).items()}

    def macs(self, *values: Any) -> int | None:
        return self.facts.get("macs")

    def module(self, *inputs: Any) -> str:
        rest = "".join(f", {name}={code(value)}" for name, value in self.facts.get("arguments", {}).items())
        made = f"torchvision.models.{self.model}(weights=None{rest})"
        if self.cut == BEFORE:
            return f"headless({made}, {code(self.facts.get('head', 'classifier'))})"
        return made if self.cut == NOWHERE else f'create_feature_extractor({made}, {{{code(self.cut)}: "y"}})'

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        x = names["x"]
        if self.preprocess in SCALES:
            x = f"{SCALES[self.preprocess][0]}({x})"
        elif inputs["x"].known[1] == 1:
            x = f"{atom(x)}.expand(-1, 3, -1, -1)"
        return f"{module}({x})" + ("" if self.cut in (BEFORE, NOWHERE) else '["y"]')


def _told(said: Mapping[str, Any]) -> Misfit:
    """What the helper has said is wrong, or odd."""
    advice = Advice(**said["advice"]) if said.get("advice") else None
    return Misfit(port=said.get("port", ""), text=said["text"], advice=advice, code="pretrained")


@lru_cache(64)
def _tailored(cut: str, preprocess: str) -> type[Kind]:
    """Pretrained with the imports and functions that its source needs."""
    parts = ["import torchvision"]
    if cut == BEFORE:
        parts.append(HEADLESS.strip("\n"))
    elif cut != NOWHERE:
        parts.append(FIRST_LAYERS)
    if preprocess in SCALES:
        name, mean, spread = SCALES[preprocess]
        parts.append(SCALED.format(name=name, mean=mean, spread=spread).strip("\n"))
    more = {"source": "\n\n\n".join(parts), "title": Pretrained.title, "__doc__": Pretrained.__doc__}
    return type("Pretrained", (Pretrained,), {**more, "__module__": __name__})
