"""What layers over sequences, pictures and volumes say where something does not fit, and that their fixes help."""

import json
from typing import Any

import pytest

from graph.catalogue import standard
from graph.document import Document
from graph.misfit import Misfit
from graph.param import Param, param
from graph.project import parse
from graph.reading import Reading
from graph.shape import Axis, Tensor
from graph.spec import Place

CATALOGUE = standard()
N, T = Axis("data"), Axis("data", "T", 20)


def drawing(shape: list[int], kind: str, params: dict[str, Any], **input: Any) -> tuple[Document, Reading]:
    """A placeholder, wired into a node of a kind called `it`."""
    nodes = [
        {"id": "img", "kind": "Input", "params": {"shape": shape, **input}},
        {"id": "it", "kind": kind, "params": params},
        {"id": "out", "kind": "Output"},
    ]
    text = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": ["img.x -> it.x", "it.y -> out.x"]}
    document = parse(json.dumps(text), CATALOGUE)
    return document, Reading(document)


def troubles(reading: Reading) -> list[tuple[str, str]]:
    return [(found.level, found.message) for found in reading.diagnostics() if found.level != "hint"]


FIXED: list[tuple[list[int], str, dict[str, Any], str, str]] = [
    ([12], "Conv1d", {}, "it wants sequences (channels × steps), but img gives rows of 12 numbers", "an Unsqueeze"),
    ([5, 9], "Conv2d", {}, "it wants pictures (channels × height × width), but img gives sequences of 5×9", "a Conv1d"),
    ([3, 8, 8, 8], "Conv2d", {}, "but img gives volumes of 3×8×8×8: volumes have a Conv3d", "a Conv3d"),
    ([3, 8, 8], "ConvTranspose3d", {}, "it wants volumes (channels × depth × height × width)", "a ConvTranspose2d"),
    ([3, 8, 8], "Conv2d", {"padding": "same", "stride": 2}, 'keep the size (padding "same")', "by one"),
    ([3, 8, 8], "Conv2d", {"groups": 2}, "it cannot split 3 channels into 2 equal groups", "one group"),
    ([3, 3, 3], "Conv2d", {"padding": 3, "padding_mode": "reflect"}, "reflect cannot fill from only 3", "zeros"),
    ([3, 4, 9], "Conv2d", {"kernel_size": [2, 7], "dilation": 2}, "a window of 3×13 pixels", "4×4"),
    ([3, 5, 6, 4], "Conv3d", {"kernel_size": 5}, "a window of 5×5×5 voxels", "4×4×4"),
    (
        [3, 8, 8],
        "ConvTranspose2d",
        {"output_padding": 2, "stride": 2},
        "at one end, but it can be at most 1",
        "nothing",
    ),
    ([3, 2, 2], "ConvTranspose2d", {"padding": 3}, "it cuts off so many pixels that nothing is left", "nothing"),
    ([5, 9], "MaxPool2d", {}, "it takes sequences of 5×9 from img for pictures without channels", "a MaxPool1d"),
    ([9], "AvgPool1d", {}, "it takes rows of 9 numbers from img for sequences without channels", "an Unsqueeze"),
    ([3, 8], "FractionalMaxPool2d", {}, "takes sequences of 3×8 from img for pictures", "an Unsqueeze"),
    ([3, 8, 8], "MaxPool2d", {"padding": 2}, "more than half of its window", "Put 1 around"),
    ([3, 8, 8], "FractionalMaxPool2d", {"kernel_size": 7}, "cannot find 4 places for a window of 7 pixels", "of 1"),
    ([3, 8, 8], "FractionalMaxPool2d", {"output_ratio": 0.1}, "it leaves nothing of a side of 8 pixels", "half"),
    (
        [3, 8, 8],
        "FractionalMaxPool2d",
        {"output_ratio": 0.5, "output_size": 3},
        "which of the two",
        "output_size alone",
    ),
    ([12], "GlobalAveragePool", {}, "there is nothing behind channels", "an Identity"),
    ([12], "ZeroPad2d", {}, "it puts something around the last 2 sides", "a ZeroPad1d"),
    ([3, 8, 8], "ZeroPad2d", {"padding": -4}, "it takes 8 pixels away, but there are only 8", "nothing"),
    ([3, 4, 4], "ReflectionPad2d", {"padding": [1, 5, 1, 1]}, "a side of 4 can fill at most 3", "Put 3"),
    ([3, 8, 8], "Upsample", {"mode": "linear"}, "pictures have the mode bilinear", "bilinear"),
    ([3, 8], "UpsamplingBilinear2d", {}, "sequences have the mode linear", "an Upsample"),
    ([3, 8, 8], "Upsample", {"size": 4, "scale_factor": 2.0}, "which of the two", "size alone"),
    ([3, 8, 8], "Upsample", {"size": [4, 4, 4]}, "it has a size of 3 numbers, but pictures have 2", "Use 4"),
    ([3, 8, 8], "Upsample", {"align_corners": True}, "which the mode nearest knows nothing of", "not align"),
    ([3, 8, 8], "Upsample", {"scale_factor": 0.1}, "it leaves nothing of a side of 8", "twice"),
    ([8], "Upsample", {}, "it wants pictures, sequences or volumes", "an Unsqueeze"),
    ([3, 7, 8], "PixelUnshuffle", {}, "squares of 2×2 pixels, but img gives pictures of 3×7×8", "a ZeroPad2d"),
    ([3, 7, 8], "ChannelShuffle", {}, "it cannot split 3 channels into 2 equal groups", "one group"),
    ([3, 8, 8], "Unfold", {"kernel_size": 9}, "a window of 9×9 pixels", "8×8"),
    ([3, 8, 8], "Fold", {}, "it wants a column of numbers for each window", "an Unfold"),
]


@pytest.mark.parametrize(("shape", "kind", "params", "said", "label"), FIXED, ids=lambda value: str(value)[:30])
def test_the_fix_helps(shape: list[int], kind: str, params: dict[str, Any], said: str, label: str) -> None:
    document, reading = drawing(shape, kind, params)
    found = next(found for found in reading.diagnostics("it") if found.level != "hint")
    assert said in found.message
    assert found.fix is not None
    assert label in found.fix.label
    found.fix.apply(document)
    assert troubles(reading) == []


def test_the_convolution_before_answers_with_what_a_shuffle_takes() -> None:
    nodes = [
        {"id": "img", "kind": "Input", "params": {"shape": [3, 8, 8]}},
        {"id": "conv", "kind": "Conv2d", "params": {"out_channels": 6}},
        {"id": "act", "kind": "ReLU"},
        {"id": "wide", "kind": "PixelShuffle"},
    ]
    wires = ["img.x -> conv.x", "conv.y -> act.x", "act.y -> wide.x"]
    document = parse(json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires}), CATALOGUE)
    reading = Reading(document)
    (found,) = [found for found in reading.diagnostics("wide") if found.level == "error"]
    assert "4 does not divide 6" in found.message
    found.fix.apply(document)  # type: ignore[union-attr]
    assert document.node("conv").params["out_channels"] == 8
    assert troubles(reading) == []


def test_class_numbers_are_filled_up_with_a_class_number() -> None:
    document, reading = drawing([7], "ConstantPad1d", {"value": 0.5}, classes=9)
    (found,) = [found for found in reading.diagnostics("it") if found.level == "warning"]
    assert "it puts 0.5 around class numbers" in found.message
    found.fix.apply(document)  # type: ignore[union-attr]
    assert troubles(reading) == []
    assert reading.value("it") == Tensor((Axis("img"), 9), "index", 9)


# --- what is not known


def read(kind: str, *inner: Any, **params: Any) -> Tensor:
    value = CATALOGUE.make(kind, params).read({"x": Tensor((N, *inner))}, Place("it"))["y"]
    assert isinstance(value, Tensor)
    return value


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("Conv1d", {"padding": "same", "kernel_size": 4}),
        ("Conv1d", {"padding": 2, "dilation": 2}),
        ("ConvTranspose1d", {"padding": 1}),
        ("MaxPool1d", {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("ZeroPad1d", {"padding": 0}),
        ("Upsample", {"scale_factor": 1.0}),
    ],
)
def test_a_length_that_no_length_changes_stays_that_length(kind: str, params: dict[str, Any]) -> None:
    assert read(kind, 4, T, **params).known[2] == T


@pytest.mark.parametrize("kind", ["Conv1d", "ConvTranspose1d", "MaxPool1d", "LPPool1d", "ReflectionPad1d", "Upsample"])
def test_a_length_that_changes_is_not_known_any_more(kind: str) -> None:
    assert read(kind, 4, T, **({"padding": 1, "stride": 3} if "Conv" in kind else {})).known[2] is None


def test_a_pooling_to_a_size_knows_it_again() -> None:
    assert read("AdaptiveMaxPool1d", 4, T, output_size=5).inner == (4, 5)
    assert read("GlobalAveragePool", 4, T).inner == (4,)


def test_steps_where_channels_should_be() -> None:
    with pytest.raises(Misfit, match="needs a fixed number of channels") as caught:
        read("Conv1d", T, 8)
    assert caught.value.advice is not None
    assert caught.value.advice.kind == "Transpose"


def test_multiplications_count_the_steps_where_their_number_is_known() -> None:
    made = CATALOGUE.make("Conv1d", {"out_channels": 5, "padding": "same"})
    x = Tensor((N, 4, T))
    assert made.macs(x, Tensor((N, 5, T))) == 5 * 4 * 3 * 20
    assert made.macs(x, Tensor((N, 5, Axis("other", "T")))) is None


def test_each_number_of_sides_has_its_own_words() -> None:
    helps = [CATALOGUE.make(f"Conv{dims}d", {}).params["kernel_size"].help for dims in (1, 2, 3)]
    assert [text.split(", in ")[1] for text in helps] == ["steps.", "pixels.", "voxels."]
    types = [CATALOGUE.make(f"MaxPool{dims}d", {}).params["stride"].type for dims in (1, 2, 3)]
    assert types == ["int", "pair", "triple"]


@pytest.mark.parametrize(
    ("kind", "params", "line"),
    [
        ("ZeroPad2d", {"padding": [1, -2, 0, 3]}, "ZeroPad2d 1, -2, 0, 3"),
        ("ConstantPad1d", {"value": -0.5}, "ConstantPad1d 1 · -0.5"),
        ("Upsample", {}, "Upsample ×2 nearest"),
        ("Upsample", {"scale_factor": [2, 1.5], "mode": "bilinear"}, "Upsample ×2×1.5 bilinear"),
        ("UpsamplingNearest2d", {"size": [7, 9]}, "Upsampling nearest 2d 7×9"),
    ],
)
def test_the_line_under_the_name_tells_sizes_apart(kind: str, params: dict[str, Any], line: str) -> None:
    assert CATALOGUE.make(kind, params).summary() == line


# --- parameters of several numbers


@pytest.mark.parametrize(
    ("declared", "good", "bad"),
    [
        (param(1, "A.", type="triple", min=0), [2, [1, 2, 3]], [[1, 2], -1, [1, 2, -3], 1.5, "same"]),
        (param(1, "A.", type="pair", min=0, choices=("same",)), [2, [1, 2], "same"], ["half", [1, "same"], True]),
        (param(1, "A.", type="sizes", count=4), [-2, [1, 2, 3, -4]], [[1, 2], [1, 2, 3, 0.5]]),
        (param(None, "A.", type="sizes", min=1, optional=True), [None, 2, [1], [1, 2, 3]], [[], 0, [1, 0]]),
        (param(0.5, "A.", type="scales", above=0.0, count=2), [0.1, 2, [1, 0.5]], [0, [1.0], [1.0, 0.0], "x"]),
    ],
)
def test_one_number_or_several(declared: Param, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if declared.wrong(value)] == []
    assert [value for value in bad if not declared.wrong(value)] == []


def test_what_a_good_value_is_in_words() -> None:
    padding = CATALOGUE.make("Conv3d", {}).params["padding"]
    assert padding.wrong("half") == "must be a whole number, or three of them, at least 0, or same, or valid"
    ratio = CATALOGUE.make("FractionalMaxPool2d", {}).params["output_ratio"]
    assert ratio.wrong([0.5]) == "must be a number, or two of them, above 0 and below 1 (or left out)"
