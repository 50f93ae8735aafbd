"""Torch's namespaces are walked: what is no kind nor a parameter of one stands with a reason in docs/vocabulary.md."""

import inspect
import re
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import nn

from graph.catalogue import standard

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "vocabulary.md").read_text(encoding="utf-8")
SCHEDULES = torch.optim.lr_scheduler


def classes(space: object, base: type) -> list[str]:
    return [
        name
        for name, value in vars(space).items()
        if inspect.isclass(value) and issubclass(value, base) and not name.startswith("_")
    ]


def functions(space: object) -> list[str]:
    return [name for name, value in vars(space).items() if inspect.isfunction(value) and not name.startswith("_")]


@cache
def walked() -> frozenset[str]:
    """All that torch offers in public, as `nn.Linear`, `optim.Adam`, `lr_scheduler.StepLR`, `nn.init.zeros_`."""
    return frozenset(
        [
            *(f"nn.{name}" for name in classes(nn, nn.Module)),
            *(f"optim.{name}" for name in classes(torch.optim, torch.optim.Optimizer)),
            *(f"lr_scheduler.{name}" for name in classes(SCHEDULES, SCHEDULES.LRScheduler)),
            *(f"nn.init.{name}" for name in functions(nn.init)),
        ]
    )


@cache
def kinds() -> frozenset[str]:
    """What of torch is a kind of its own name, or one of the choices that an initialisation has."""
    drawn = standard().drawn()
    names = {kind.__name__ for kind in drawn} | {kind.torch.rpartition(".")[2] for kind in drawn}
    choices = {choice for kind in standard() for declared in kind.params.values() for choice in declared.choices}
    found = {name for name in walked() if not name.startswith("nn.init.") and name.rpartition(".")[2] in names}
    initial = {name for name in walked() if name.startswith("nn.init.") and name.endswith("_")}
    return frozenset(found | {name for name in initial if name.rpartition(".")[2].rstrip("_") in choices})


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading of the page."""
    (part,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return rows[2:]


def named(cell: str) -> str:
    return cell.strip("`")


OTHERWISE = [(named(torch_name), named(here), how) for torch_name, here, how in table("Under another name")]
LEFT_OUT = [(named(torch_name), why) for torch_name, why in table("Left out")]
LISTED = [*(row[0] for row in OTHERWISE), *(row[0] for row in LEFT_OUT)]


def test_the_walk_goes_through_all_of_torch() -> None:
    assert {"nn.Linear", "nn.Transformer", "optim.Adam", "lr_scheduler.OneCycleLR", "nn.init.zeros_"} <= walked()
    assert len(walked()) > 200


def test_everything_of_torch_is_a_kind_or_stands_with_a_reason() -> None:
    missing = walked() - kinds() - set(LISTED)
    assert not missing, f"neither kinds nor in docs/vocabulary.md: {', '.join(sorted(missing))}"


def test_nothing_is_listed_that_torch_does_not_have() -> None:
    assert set(LISTED) <= walked()


def test_nothing_is_listed_that_has_become_a_kind() -> None:
    assert not set(LISTED) & kinds()


def test_nothing_is_listed_twice() -> None:
    assert len(LISTED) == len(set(LISTED))


@pytest.mark.parametrize("reason", [row[-1] for row in (*OTHERWISE, *LEFT_OUT)])
def test_a_reason_is_a_sentence(reason: str) -> None:
    assert re.fullmatch(r"[A-Z][^|]{20,}\.", reason)
    assert len(reason.split()) >= 5


@pytest.mark.parametrize(("name", "here"), [row[:2] for row in OTHERWISE])
def test_what_has_another_name_is_there_under_it(name: str, here: str) -> None:
    """`Kind`, or `Kind.parameter`."""
    kind_name, _, parameter = here.partition(".")
    kind = standard().get(kind_name)
    assert kind is not None, f"{name} is said to be {here}, but there is no such kind"
    assert not parameter or parameter in kind.params, f"{name} is said to be {here}, but it has no such parameter"
