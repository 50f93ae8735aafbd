"""Convolutions, pooling, padding, resampling: numbers worked out apart from torch's modules, and source."""

from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from graph.catalogue import standard
from graph.shape import Axis, Tensor
from runtime import emit
from tests.runtime.drawings import drawn, forward_of, net_of, program_of
from tests.runtime.training import text_of, train

PICTURE = {"img": ("Input", {"shape": [2, 6, 4]})}


def alone(kind: str, shape: list[int], **params: Any) -> nn.Module:
    """Net of one node behind a placeholder, with its start fixed."""
    torch.manual_seed(7)
    return net_of({"x": ("Input", {"shape": shape}), "it": (kind, params)}, ["x.x -> it.x"]).double()


def given(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return torch.randn(2, *shape, dtype=torch.float64, generator=generator)


# --- by hand


def test_a_convolution_is_its_formula() -> None:
    net, x = (
        alone("Conv2d", [4, 6, 7], out_channels=6, kernel_size=[3, 2], stride=[2, 1], dilation=[1, 2], groups=2),
        None,
    )
    x = given(4, 6, 7)
    weight, bias = net.it.weight, net.it.bias
    answer = torch.zeros(2, 6, 2, 5, dtype=torch.float64)
    for o, i, j in product(range(6), range(2), range(5)):
        first = 0 if o < 3 else 2  # the channels of the filter's group
        answer[:, o, i, j] = bias[o] + sum(
            weight[o, c, m, n] * x[:, first + c, 2 * i + m, j + 2 * n]
            for c, m, n in product(range(2), range(3), range(2))
        )
    torch.testing.assert_close(net(x), answer)


@pytest.mark.parametrize(
    ("dims", "settings"),
    [
        (1, {"stride": 2, "padding": 1, "output_padding": 1}),
        (2, {"stride": [2, 3], "padding": [1, 0], "groups": 2}),
        (3, {"stride": 2, "dilation": 2, "output_padding": 1}),
    ],
)
def test_a_transposed_convolution_is_the_gradient_of_a_convolution(dims: int, settings: dict[str, Any]) -> None:
    shape = [4, 5, 4, 3][: dims + 1]
    net = alone(f"ConvTranspose{dims}d", shape, out_channels=6, kernel_size=3, bias=False, **settings)
    answer = net(given(*shape)).detach()
    back = {name: value for name, value in settings.items() if name != "output_padding"}
    large = torch.zeros_like(answer, requires_grad=True)
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in back.items()}
    small = getattr(nn.functional, f"conv{dims}d")(large, net.it.weight, **kept)
    small.backward(given(*shape))
    torch.testing.assert_close(answer, large.grad)


def test_unpooling_puts_numbers_back_where_they_stood() -> None:
    nodes = {
        "x": ("Input", {"shape": [2, 6, 4]}),
        "pool": ("MaxPool2d", {"return_indices": True}),
        "back": ("MaxUnpool2d", {}),
    }
    net = net_of(nodes, ["x.x -> pool.x", "pool.y -> back.x", "pool.indices -> back.indices"])
    x = given(2, 6, 4)
    answer = net(x)
    blocks = x.unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5)).repeat_interleave(2, 2).repeat_interleave(2, 3)
    torch.testing.assert_close(answer, torch.where(x == blocks, x, 0.0))


def test_power_means() -> None:
    x = given(1, 6).abs()
    answer = alone("LPPool1d", [1, 6], norm_type=3.0, kernel_size=2)(x)
    torch.testing.assert_close(answer, (x[..., ::2] ** 3 + x[..., 1::2] ** 3) ** (1 / 3))


def test_global_pools() -> None:
    x = given(3, 4, 5)
    torch.testing.assert_close(alone("GlobalAveragePool", [3, 4, 5])(x), x.sum((2, 3)) / 20)
    torch.testing.assert_close(alone("GlobalMaxPool", [3, 4, 5])(x), x.flatten(2).sort().values[..., -1])


def test_each_padding_fills_from_where_it_says() -> None:
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]], dtype=torch.float64)
    filled = {
        ("ZeroPad1d", ()): [0, 0, 1, 2, 3, 4, 0],
        ("ConstantPad1d", (("value", -1.0),)): [-1, -1, 1, 2, 3, 4, -1],
        ("ReflectionPad1d", ()): [3, 2, 1, 2, 3, 4, 3],
        ("ReplicationPad1d", ()): [1, 1, 1, 2, 3, 4, 4],
        ("CircularPad1d", ()): [3, 4, 1, 2, 3, 4, 1],
    }
    for (kind, params), wanted in filled.items():
        answer = alone(kind, [1, 4], padding=[2, 1], **dict(params))(x)
        assert answer.flatten().tolist() == wanted, kind


def test_edges_are_left_right_top_bottom() -> None:
    answer = alone("ZeroPad2d", [1, 2, 2], padding=[1, 0, 0, 2])(torch.ones(1, 1, 2, 2, dtype=torch.float64))
    assert answer[0, 0].tolist() == [[0, 1, 1], [0, 1, 1], [0, 0, 0], [0, 0, 0]]


def test_pixels_and_channels_change_places() -> None:
    x = given(8, 3, 2)
    wide = alone("PixelShuffle", [8, 3, 2])(x)
    for c, i, j, m, n in product(range(2), range(3), range(2), range(2), range(2)):
        assert torch.equal(wide[:, c, 2 * i + m, 2 * j + n], x[:, 4 * c + 2 * m + n, i, j])
    assert torch.equal(alone("PixelUnshuffle", [2, 6, 4])(wide), x)
    mixed = alone("ChannelShuffle", [8, 3, 2], groups=2)(x)
    assert torch.equal(mixed, x[:, [0, 4, 1, 5, 2, 6, 3, 7]])


def test_a_linear_over_unfolded_columns_is_a_convolution() -> None:
    net, x = alone("Unfold", [3, 6, 5], kernel_size=[3, 2], padding=1, stride=2), given(3, 6, 5)
    weight = torch.randn(4, 3, 3, 2, dtype=torch.float64)
    answer = nn.functional.conv2d(x, weight, padding=1, stride=2)
    torch.testing.assert_close((weight.flatten(1) @ net(x)).unflatten(2, answer.shape[2:]), answer)


def test_fold_adds_where_windows_overlap() -> None:
    nodes = {"x": ("Input", {"shape": [1, 3, 3]}), "cut": ("Unfold", {}), "join": ("Fold", {"output_size": 3})}
    net = net_of(nodes, ["x.x -> cut.x", "cut.y -> join.x"])
    covered = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert torch.equal(net(torch.ones(1, 1, 3, 3))[0, 0], covered)


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, [0, 0, 2, 2, 6, 6]),
        ({"size": 2}, [0, 2]),
        ({"scale_factor": 2.0, "mode": "linear"}, [0, 0.5, 1.5, 3, 5, 6]),
        ({"scale_factor": 2.0, "mode": "linear", "align_corners": True}, [0, 0.8, 1.6, 2.8, 4.4, 6]),
    ],
)
def test_numbers_between(params: dict[str, Any], wanted: list[float]) -> None:
    answer = alone("Upsample", [1, 3], **params)(torch.tensor([[[0.0, 2, 6]]], dtype=torch.float64))
    torch.testing.assert_close(answer.flatten(), torch.tensor(wanted, dtype=torch.float64))


def test_both_old_names_of_upsampling() -> None:
    x = given(2, 3, 4)
    assert torch.equal(alone("UpsamplingNearest2d", [2, 3, 4])(x), x.repeat_interleave(2, 2).repeat_interleave(2, 3))
    wide = alone("UpsamplingBilinear2d", [2, 3, 4], size=[5, 7])(x)
    torch.testing.assert_close(wide[..., ::2, ::2], x)  # corners stay corners
    torch.testing.assert_close(wide[..., 1, 0], (x[..., 0, 0] + x[..., 1, 0]) / 2)


def test_fractional_pooling_gives_numbers_that_were_there() -> None:
    x = given(2, 8, 8)
    answer = alone("FractionalMaxPool2d", [2, 8, 8], output_ratio=[0.7, 0.4])(x)
    assert answer.shape == (2, 2, 5, 3)
    assert torch.isin(answer, x).all()


# --- cost


@pytest.mark.parametrize(
    ("kind", "shape", "params"),
    [
        ("Conv1d", [4, 9], {"out_channels": 6, "groups": 2, "stride": 2}),
        ("Conv2d", [4, 9, 7], {"out_channels": 6, "padding": "same", "kernel_size": [3, 5]}),
        ("Conv3d", [2, 5, 6, 7], {"out_channels": 3, "dilation": 2}),
        ("ConvTranspose1d", [4, 9], {"out_channels": 6, "groups": 2, "stride": 2}),
        ("ConvTranspose2d", [4, 9, 7], {"out_channels": 6, "stride": 2, "padding": 1, "output_padding": 1}),
        ("ConvTranspose3d", [2, 5, 6, 7], {"out_channels": 3}),
    ],
)
def test_multiplications_are_those_that_torch_counts(kind: str, shape: list[int], params: dict[str, Any]) -> None:
    made = standard().make(kind, params)
    x = Tensor((Axis("x"), *shape))
    counter = FlopCounterMode(display=False)
    with counter:
        alone(kind, shape, **params)(given(*shape)[:1])
    y = made.read({"x": x}, None)["y"]  # type: ignore[arg-type]  # a layer does not look where it stands
    assert 2 * (made.macs(x, y) or 0) == counter.get_total_flops()


# --- source


def source(nodes: dict[str, Any], wires: list[str]) -> str:
    return emit.model(program_of(drawn(nodes, wires))).text


def test_a_second_output_is_named_where_something_takes_it() -> None:
    nodes = {
        **PICTURE,
        "pool": ("MaxPool2d", {"return_indices": True}),
        "conv": ("Conv2d", {"out_channels": 2, "padding": 1}),
        "unpool": ("MaxUnpool2d", {}),
    }
    text = source(
        nodes, ["img.x -> pool.x", "pool.y -> conv.x", "conv.y -> unpool.x", "pool.indices -> unpool.indices"]
    )
    assert "self.pool = nn.MaxPool2d(2, return_indices=True)" in text
    assert forward_of(text) == [
        "pool, pool_indices = self.pool(x)",
        "return self.unpool(self.conv(pool), pool_indices)",
    ]


def test_source_reads_like_a_persons() -> None:
    nodes = {
        **PICTURE,
        "wide": ("Conv2d", {"out_channels": 8, "kernel_size": [3, 5], "padding": "same", "padding_mode": "circular"}),
        "up": ("Upsample", {"mode": "bilinear", "align_corners": True}),
        "edge": ("ConstantPad2d", {"padding": [1, 0, 1, 0], "value": 1.0}),
        "pool": ("GlobalAveragePool", {}),
    }
    text = source(nodes, ["img.x -> wide.x", "wide.y -> up.x", "up.y -> edge.x", "edge.y -> pool.x"])
    assert 'nn.Conv2d(2, 8, kernel_size=(3, 5), padding="same", padding_mode="circular")' in text
    assert 'nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)' in text
    assert "nn.ConstantPad2d((1, 0, 1, 0), 1.0)" in text
    assert ".mean((2, 3))" in text


# --- training


def test_a_network_that_pools_with_places_and_puts_them_back_learns(tmp_path: Path) -> None:
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "digits": ("Digits", {"batch_size": 64}),
        "scale": ("MinMax", {}),
        "edge": ("ReflectionPad2d", {"padding": 1}),
        "conv1": ("Conv2d", {"out_channels": 16}),
        "act1": ("ReLU", {}),
        "pool": ("MaxPool2d", {"return_indices": True}),
        "conv2": ("Conv2d", {"out_channels": 16, "padding": "same", "groups": 2}),
        "mix": ("ChannelShuffle", {}),
        "unpool": ("MaxUnpool2d", {}),
        "conv3": ("Conv2d", {"out_channels": 16}),
        "act2": ("ReLU", {}),
        "up": ("ConvTranspose2d", {"out_channels": 16, "kernel_size": 2, "stride": 2}),
        "global_pool": ("GlobalAveragePool", {}),
        "fc": ("Linear", {"out_features": 10}),
        "loss": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {"lr": 0.01}),
    }
    chain = [id for id in nodes if id not in ("digits", "loss", "adam")]
    wires = ["digits.x -> scale.x", *(f"{a}.y -> {b}.x" for a, b in pairwise(chain)), "pool.indices -> unpool.indices"]
    ends = ["fc.y -> loss.prediction", "digits.y -> loss.target", "loss.loss -> adam.loss"]
    trained = train(tmp_path / "run", text_of(nodes, [*wires, *ends], {"epochs": 6, "threads": 1}))
    assert trained.code == 0
    losses = [epoch.train["loss"] for epoch in trained.run.epochs()]
    assert losses[-1] < 0.6 * losses[0]
