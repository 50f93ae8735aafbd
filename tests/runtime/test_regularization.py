"""Noise, dropped rows and a learned bend: what our own layers of this kind compute, by hand and by chance."""

from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import standard
from graph.shape import Axis, Tensor

ROWS = Tensor((Axis("data"), 4))


def made(name: str, **params: Any) -> nn.Module:
    """The module that the printed source of a kind makes."""
    kind = standard().make(name, params)
    scope: dict[str, Any] = {"torch": torch, "nn": nn}
    exec(kind.source, scope)
    module = eval(kind.module(*[ROWS for _ in kind.inputs]) or "", scope)
    assert isinstance(module, nn.Module)
    return module


def test_noise_has_the_spread_that_was_asked_for_and_no_mean() -> None:
    torch.manual_seed(0)
    noise = made("GaussianNoise", std=0.5).train()(torch.zeros(200_000))
    assert abs(noise.mean().item()) < 0.005
    assert abs(noise.std().item() - 0.5) < 0.005


@pytest.mark.parametrize("name", ["GaussianNoise", "DropPath"])
def test_after_learning_nothing_is_changed(name: str) -> None:
    x = torch.randn(5, 4)
    assert torch.equal(made(name).eval()(x), x)


@pytest.mark.parametrize("sides", [(4000,), (4000, 3), (4000, 2, 3, 3)])
def test_whole_rows_are_dropped_and_made_up_for_in_the_others(sides: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    answer = made("DropPath", p=0.25).train()(torch.ones(sides)).reshape(4000, -1)
    kept = answer[:, 0] != 0
    torch.testing.assert_close(answer, kept[:, None].float().expand_as(answer) / 0.75)
    assert abs(kept.float().mean().item() - 0.75) < 0.03


def test_nothing_is_dropped_where_the_part_is_zero() -> None:
    x = torch.randn(50, 4)
    torch.testing.assert_close(made("DropPath", p=0.0).train()(x), x)
    assert torch.equal(made("GaussianNoise", std=0.0).train()(x), x)


def test_rows_that_were_dropped_get_no_slope() -> None:
    torch.manual_seed(1)
    x = torch.ones(40, 3, requires_grad=True)
    answer = made("DropPath", p=0.5).train()(x)
    answer.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad == 0, answer == 0)


def test_swish_learns_its_beta() -> None:
    swish = made("Swish", beta=1.5)
    assert {name: tuple(weight.shape) for name, weight in swish.named_parameters()} == {"beta": ()}
    x = torch.tensor([-2.0, -0.5, 0.0, 1.0, 3.0])
    answer = swish(x)
    share = 1 / (1 + torch.exp(-1.5 * x))
    torch.testing.assert_close(answer, x * share)
    answer.sum().backward()
    torch.testing.assert_close(swish.beta.grad, (x * x * share * (1 - share)).sum())
    torch.testing.assert_close(made("Swish")(x), nn.SiLU()(x))


def test_why_the_older_response_norm_is_left_out() -> None:
    """docs/vocabulary.md: it goes on counting the first channel where that is no neighbour any more."""
    x = torch.rand(1, 9, 1, 1, dtype=torch.float64)
    settings = {"alpha": 0.3, "beta": 0.6, "k": 1.5}
    old, new = nn.CrossMapLRN2d(5, **settings)(x).flatten(), nn.LocalResponseNorm(5, **settings)(x).flatten()
    torch.testing.assert_close(old[:3], new[:3])
    squares = x.flatten() ** 2
    near = torch.stack([squares[max(0, c - 2) : c + 3].sum() for c in range(9)])
    torch.testing.assert_close(new, x.flatten() / (1.5 + 0.3 / 5 * near) ** 0.6)
    torch.testing.assert_close(old[3:], (x.flatten() / (1.5 + 0.3 / 5 * (near + squares[0])) ** 0.6)[3:])


def test_layer_norm_takes_the_last_side_or_the_sides_that_are_typed() -> None:
    x = torch.randn(2, 3, 4)
    value = Tensor((Axis("data"), 3, 4))
    for typed, last in ((None, (4,)), ((3, 4), (3, 4))):
        kind = standard().make("LayerNorm", {"normalized_shape": typed})
        module = eval(kind.module(value) or "", {"nn": nn})
        torch.testing.assert_close(module(x), torch.layer_norm(x, last))


def test_sample_draws_around_its_mean_while_it_learns_and_gives_it_afterwards() -> None:
    torch.manual_seed(0)
    mean, logvar = torch.full((200_000,), 3.0), torch.full((200_000,), 0.5).log().requires_grad_()
    sample = made("Sample")
    drawn = sample.train()(mean, logvar)
    assert abs(drawn.mean().item() - 3) < 0.01
    assert abs(drawn.var().item() - 0.5) < 0.01
    drawn.square().sum().backward()
    assert logvar.grad is not None
    assert bool((logvar.grad > 0).any())
    assert torch.equal(sample.eval()(mean, logvar), mean)
