"""Several optimizers in one step: the numbers are those of loops written by hand, and nothing is computed in vain."""

import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import runtime.train.loop as loop_module
from runtime import emit
from tests.runtime import adversaries
from tests.runtime.drawings import built
from tests.runtime.training import train

STEPS = 20


def step_of(text: str) -> list[str]:
    """The lines of `step` as they are printed."""
    source = emit.train(adversaries.program(text)).text
    body = source.split("    def step(self")[1].split("\n    @torch.no_grad()")[0]
    return [line[8:] for line in body.splitlines()[1:]]


def followed(text: str, hand: Callable[[Any], Callable[..., None]], batch: Callable[[int], tuple[Any, ...]]) -> None:
    """Twenty steps of the generated source equal those of a loop written by hand, slopes and weights alike."""
    torch.manual_seed(0)
    training = built(adversaries.program(text), train=True).training()
    copies = deepcopy((training.net, getattr(training, "extras", None)))
    by_hand = hand(copies)
    for at in range(STEPS):
        given = batch(at)
        torch.manual_seed(100 + at)
        training.step(*given)
        torch.manual_seed(100 + at)
        by_hand(at + 1, *given)
        for ours, theirs in zip((training.net, getattr(training, "extras", None)), copies, strict=True):
            for (key, one), other in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
                torch.testing.assert_close(one, other, atol=1e-6, rtol=0, msg=lambda text, key=key: f"{key}: {text}")


def pictures(at: int) -> tuple[torch.Tensor, ...]:
    return (torch.rand(8, 1, 8, 8, generator=torch.Generator().manual_seed(at)),)


def labelled(at: int) -> tuple[torch.Tensor, ...]:
    return (*pictures(at), torch.randint(0, 10, (8,), generator=torch.Generator().manual_seed(at)))


def points(at: int) -> tuple[torch.Tensor, ...]:
    return (torch.randn(16, 2, generator=torch.Generator().manual_seed(at)),)


def wanted(scores: torch.Tensor, real: bool) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, float(real)))


def frozen(module: nn.Module) -> Any:
    """The usual way by hand: switch a part off while the other learns."""

    class Off:
        def __enter__(self) -> None:
            module.requires_grad_(False)

        def __exit__(self, *_: object) -> None:
            module.requires_grad_(True)

    return Off()


def adam(parameters: Any) -> torch.optim.Adam:
    return torch.optim.Adam(parameters, lr=1e-3, betas=(0.5, 0.9), fused=True)


class TestGan:
    def test_it_equals_a_loop_by_hand(self) -> None:
        def hand(made: Any) -> Callable[..., None]:
            g, d = made[0].g, made[1].d
            opt_d, opt_g = adam(d.parameters()), adam(g.parameters())

            def step(at: int, x: torch.Tensor) -> None:
                z = torch.randn(len(x), 6)
                fake = g(z)
                opt_d.zero_grad()
                (wanted(d(x), True) + wanted(d(fake.detach()), False)).backward()
                opt_d.step()
                opt_g.zero_grad()
                with frozen(d):
                    wanted(d(fake), True).backward()
                opt_g.step()

            return step

        followed(adversaries.digits_gan(), hand, pictures)

    def test_its_step_reads_as_agreed(self) -> None:
        assert (
            step_of(adversaries.digits_gan())
            == """\
z = torch.randn(x.shape[0], 6, device=x.device)

# phase opt_d: trains d
g = self.net(z)
d = self.extras.d(x)
d_fake = self.extras.d(g.detach())
loss_real = F.binary_cross_entropy_with_logits(d, torch.ones_like(d))
loss_fake = F.binary_cross_entropy_with_logits(d_fake, torch.zeros_like(d_fake))
self.opt_d.zero_grad()
(loss_real + loss_fake).backward()
self.opt_d.step()

# phase opt_g: trains g; the gradient passes through d, which stays as it is
d_fake = self.extras.d(g)
loss_g = F.binary_cross_entropy_with_logits(d_fake, torch.ones_like(d_fake))
self.opt_g.zero_grad()
loss_g.backward(inputs=list(self.net.g.parameters()))
self.opt_g.step()
return self.sums(x, loss_real, loss_fake, loss_g)
""".splitlines()
        )

    def test_in_each_phase_the_other_part_does_not_move(self) -> None:
        for keep, moved in (("opt_d", "opt_g"), ("opt_g", "opt_d")):
            training = built(adversaries.program(adversaries.digits_gan()), train=True).training()
            for group in getattr(training, moved).param_groups:
                group["lr"] = torch.tensor(0.0) if isinstance(group["lr"], torch.Tensor) else 0.0
            still = training.net if keep == "opt_d" else training.extras
            before = deepcopy(list(still.parameters()))
            for at in range(3):
                training.step(*pictures(at))
            assert all(torch.equal(a, b) for a, b in zip(before, still.parameters(), strict=True))

    def test_both_lists_or_one_are_the_same_program(self) -> None:
        one = step_of(adversaries.digits_gan())
        assert step_of(adversaries.digits_gan(trains={"opt_d": ["d"], "opt_g": ["g"]})) == one
        assert step_of(adversaries.digits_gan(trains={"opt_d": [], "opt_g": ["g"]})) == one
        assert step_of(adversaries.digits_gan(trains={"opt_d": ["d_fake"], "opt_g": ["g"]})) == one


def test_a_conditional_gan_equals_a_loop_by_hand() -> None:
    def hand(made: Any) -> Callable[..., None]:
        net, extras = made
        judge = [*extras.told.parameters(), *extras.d.parameters()]
        opt_d = torch.optim.SGD(judge, lr=0.05)
        opt_g = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.5)

        def score(picture: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            answer: torch.Tensor = extras.d(torch.cat([picture, extras.told(y)], 1))
            return answer

        def step(at: int, x: torch.Tensor, y: torch.Tensor) -> None:
            z = torch.randn(len(x), 6)
            fake = net.fc2(torch.relu(net.fc1(torch.cat([z, net.emb(y)], 1))))
            opt_d.zero_grad()
            (wanted(score(x.flatten(1), y), True) + wanted(score(fake.detach(), y), False)).backward()
            opt_d.step()
            opt_g.zero_grad()
            with frozen(extras):
                wanted(score(fake, y), True).backward()
            opt_g.step()

        return step

    followed(adversaries.conditional_gan(), hand, labelled)


class TestWasserstein:
    @pytest.mark.parametrize("at", ["mix", "ring", "g"])
    @pytest.mark.parametrize("every", [1, 5])
    def test_it_equals_a_loop_by_hand(self, every: int, at: str) -> None:
        def hand(made: Any) -> Callable[..., None]:
            g, c = made[0].g, made[1].c
            opt_c, opt_g = adam(c.parameters()), adam(g.parameters())

            def step(steps: int, x: torch.Tensor) -> None:
                z, eps = torch.randn(len(x), 3), torch.rand(len(x), 1)
                fake = g(z).detach()
                leaf = {"mix": fake + eps * (x - fake), "ring": x.clone(), "g": fake.clone()}[at].requires_grad_()
                (slope,) = torch.autograd.grad(c(leaf).sum(), leaf, create_graph=True)
                penalty = (slope.norm(dim=1) - 1).square().mean()
                opt_c.zero_grad()
                (c(fake).mean() - c(x).mean() + 0.3 * penalty).backward()
                opt_c.step()
                if steps % every == 0:
                    opt_g.zero_grad()
                    with frozen(c):
                        (-c(g(z)).mean()).backward()
                    opt_g.step()

            return step

        followed(adversaries.ring_wgan(every=every, at=at), hand, points)

    def test_its_step_reads_as_agreed(self) -> None:
        lines = step_of(adversaries.ring_wgan())
        first = lines.index("# phase opt_c: trains c")
        assert (
            lines[first : first + 13]
            == """\
# phase opt_c: trains c
with torch.no_grad():
    g = self.net(z)
c = self.extras.c(x)
c_fake = self.extras.c(g)
mix = torch.lerp(g, x, eps).requires_grad_()
c_between = self.extras.c(mix)
real = -c.mean()
fake = c_fake.mean()
(slope,) = torch.autograd.grad(c_between.sum(), mix, create_graph=True)
penalty = (slope.norm(dim=1) - 1).square().mean()
self.opt_c.zero_grad()
(real + fake + 0.3 * penalty).backward()
""".splitlines()
        )
        told = "# phase opt_g, every 5th step: trains g; the gradient passes through c, which stays as it is"
        second = lines.index(told)
        assert (
            lines[second + 1 : second + 8]
            == """\
if self.steps % 5 == 0:
    g = self.net(z)
    c_fake = self.extras.c(g)
    fool = -c_fake.mean()
    self.opt_g.zero_grad()
    fool.backward(inputs=list(self.net.g.parameters()))
    self.opt_g.step()
""".splitlines()
        )

    def test_a_look_measures_slopes_too_and_leaves_nothing_behind(self) -> None:
        for at in ("mix", "ring", "g"):
            training = built(adversaries.program(adversaries.ring_wgan(at=at)), train=True).training()
            training.begin("cpu")
            figures = training.evaluate(*points(3))
            assert set(figures) == {"real", "fake", "penalty", "fool"}
            assert not any(value.requires_grad for value, _ in figures.values())
            modules = [training.net, training.extras]
            assert all(weight.grad is None for module in modules for weight in module.parameters())
            training.begin("cpu")
            assert float(training.evaluate(*points(3))["penalty"][0]) == float(figures["penalty"][0])


def test_an_encoder_that_two_optimizers_train_equals_a_loop_by_hand() -> None:
    def hand(made: Any) -> Callable[..., None]:
        parts: dict[str, nn.Module] = {name: part for module in made for name, part in module.named_children()}
        enc, dec, d = parts["enc"], parts["dec"], parts["d"]
        opt_ae = torch.optim.SGD([*enc.parameters(), *dec.parameters()], lr=1e-3)
        opt_d = torch.optim.SGD(d.parameters(), lr=1e-2)
        opt_e = torch.optim.SGD(enc.parameters(), lr=1e-2)

        def step(at: int, x: torch.Tensor) -> None:
            z, flat = torch.randn(len(x), 3), x.flatten(1)
            opt_ae.zero_grad()
            F.mse_loss(dec(enc(flat)), flat).backward()
            opt_ae.step()
            opt_d.zero_grad()
            (wanted(d(z), True) + wanted(d(enc(flat).detach()), False)).backward()
            opt_d.step()
            opt_e.zero_grad()
            with frozen(d):
                wanted(d(enc(flat)), True).backward()
            opt_e.step()

        return step

    followed(adversaries.adversarial_autoencoder(), hand, pictures)


@pytest.mark.parametrize("text", [adversaries.digits_gan, adversaries.conditional_gan, adversaries.ring_wgan])
def test_no_stage_is_computed_that_its_phase_does_not_need(text: Callable[[], str]) -> None:
    """Every name that a phase gives is taken by a loss, a later line of the phase, or a later phase."""
    lines = step_of(text())
    for at, line in enumerate(lines):
        left = re.match(r"\s*(\w+) = ", line)
        if left:
            rest = " ".join(lines[at + 1 :])
            assert re.search(rf"\b{left[1]}\b", rest), line


@pytest.mark.parametrize("text", [adversaries.digits_gan, adversaries.ring_wgan, adversaries.adversarial_autoencoder])
def test_a_stopped_run_goes_on_to_the_last_bit(text: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    whole = train(tmp_path / "whole", text())
    assert whole.code == 0, whole.run.failure()
    steps = whole.run.steps()
    train(tmp_path / "run", text(), stop_at=len(steps) // 2 + 1)
    again = train(tmp_path / "run", text(), resume=True)
    assert np.array_equal(steps[:, 1:], again.run.steps()[:, 1:], equal_nan=True)
    assert whole.run.metrics() == again.run.metrics()
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key


@pytest.mark.parametrize("text", [adversaries.digits_gan, adversaries.ring_wgan])
def test_train_py_alone_repeats_the_numbers_of_the_run(text: Any, tmp_path: Path) -> None:
    project = text({"threads": 1})
    run = train(tmp_path / "run", project)
    assert run.code == 0, run.run.failure()
    data = run.session.setup.loop.data  # type: ignore[union-attr]
    torch.save({part: list(tensors) for part, tensors in data.items()}, tmp_path / "run" / "data.pt")
    command = "import sys, runpy; sys.path.insert(0, '.'); runpy.run_path('train.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", command], cwd=tmp_path / "run", capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    trained = torch.load(tmp_path / "run" / "trained.pt", weights_only=True)
    for key, tensor in trained.items():
        assert np.array_equal(tensor.numpy(), run.weights[f"net.{key}"]), key
    told = run.run.metrics()["test"]
    assert all(f"'{name}': {value}" in done.stdout.splitlines()[-1] for name, value in told.items())


def calls(training: Any, batch: tuple[Any, ...]) -> dict[str, int]:
    """How often a step calls the generator and its judge."""
    found: dict[str, int] = {}
    parts = {name: part for made in (training.net, training.extras) for name, part in made.named_children()}
    hooks = [
        part.register_forward_hook(lambda *_, name=name: found.update({name: found.get(name, 0) + 1}))
        for name, part in parts.items()
    ]
    training.step(*batch)
    for hook in hooks:
        hook.remove()
    return found


def test_a_step_calls_nothing_more_often_than_it_must() -> None:
    gan = built(adversaries.program(adversaries.digits_gan()), train=True).training()
    assert calls(gan, pictures(0)) == {"g": 1, "d": 3}
    wgan = built(adversaries.program(adversaries.ring_wgan()), train=True).training()
    assert [calls(wgan, points(at)) for at in range(5)] == [{"g": 1, "c": 3}] * 4 + [{"g": 2, "c": 4}]


@pytest.mark.parametrize("text", [adversaries.digits_gan, adversaries.conditional_gan, adversaries.ring_wgan])
def test_slopes_of_a_phase_reach_only_what_it_owns(text: Any) -> None:
    """What the judge's phase has found is left as it is by the generator's."""
    training = built(adversaries.program(text()), train=True).training()
    judge = next(value for name, value in vars(training).items() if name in ("opt_d", "opt_c"))
    weights = [weight for group in judge.param_groups for weight in group["params"]]
    kept: list[torch.Tensor] = []
    step = judge.step
    judge.step = lambda *given: (kept.extend(weight.grad.clone() for weight in weights), step(*given))[1]
    batch = {adversaries.digits_gan: pictures, adversaries.conditional_gan: labelled}.get(text, points)
    for at in range(5):
        kept.clear()
        training.step(*batch(at))
        assert kept
        assert all(torch.equal(weight.grad, slope) for weight, slope in zip(weights, kept, strict=True))
