"""Published networks: their shapes, where their weights come from, and what is trained behind them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from graph.catalogue import standard
from graph.kinds.pretrained import BEFORE, NOWHERE
from graph.project import parse
from graph.shape import Tensor
from runtime import emit, facts
from runtime.assets import template
from runtime.build import build
from runtime.drawing import open_text
from runtime.exports import Take, export
from runtime.pretrained import bringing, network, weights
from runtime.pretrained.bringing import torchvision
from runtime.program import Program
from runtime.protocol import Job
from runtime.recorder import Recorder
from runtime.train.loop import Ending
from runtime.train.session import Session
from runtime.train.state import weights as state_of
from runtime.train.warm import given
from tests.runtime.training import train

PACKAGES = weights.PACKAGES
SMALL = "shufflenetv2_x0.5-f707e7126e.pth"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """torchvision's cache, empty; packages that hold weights are not there, and nobody can reach a network."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(weights, "PACKAGES", ())
    monkeypatch.setattr(weights.urllib.request, "urlopen", no_network)
    folder = tmp_path / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def no_network(url, timeout):
    raise weights.urllib.request.URLError("Name or service not known")


def made(name, **given):
    """A network with numbers of our own."""
    torch.manual_seed(7)
    found = getattr(torchvision().models, name)(weights=None, **given)
    for key, buffer in found.named_buffers():
        if key.endswith("running_mean"):
            buffer.normal_(0, 0.1)
    return found.eval()


def drawing(params, size=32, run=None, **more):
    """Digits through a published network and one Linear."""
    nodes = [
        {"id": "digits", "kind": "Digits", "params": {"batch_size": 16, "validation": 0.0, **more.pop("data", {})}},
        {"id": "up", "kind": "Upsample", "params": {"size": size, "mode": "bilinear"}},
        {"id": "mobile", "kind": "Pretrained", "params": params},
        {"id": "fc", "kind": "Linear", "params": {"out_features": 10}},
        {"id": "loss", "kind": "CrossEntropyLoss"},
        {"id": "adam", "kind": "Adam", "params": {"lr": 0.01}},
        *more.pop("nodes", []),
    ]
    wires = [
        "digits.x -> up.x", "up.y -> mobile.x", "mobile.y -> fc.x", "fc.y -> loss.prediction",
        "digits.y -> loss.target", "loss.loss -> adam.loss",
    ]  # fmt: skip
    settings = {"epochs": 1, "threads": 1, **(run or {})}
    return json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires, "run": settings})


def opened(text, base=Path()):
    found = open_text(text, base)
    born = found.document.find("mobile").born
    return found, born


def told(text, base=Path()):
    """The sentences about the network, with the label of what would help."""
    found, born = opened(text, base)
    about = [one for one in found.reading.diagnostics() if one.born == born]
    return [(one.message, one.fix.label if one.fix else None) for one in about]


# --- what it gives


def read(params, channels=3, side=64):
    """The facts about a network and what it gives for pictures, as the drawing reads them."""
    text = drawing({"start": "random", **params})
    document = parse(text, standard())
    born = document.find("mobile").born
    kind = document.make(document.find("mobile"))
    x = Tensor((None, channels, side, side))
    kind.facts = facts.answer(kind.asks({"x": x}))
    assert "error" not in kind.facts, kind.facts
    return kind, kind.shape(x), born


CUTS = [
    ("resnet18", BEFORE, 64), ("resnet18", NOWHERE, 64), ("resnet18", "layer3", 64), ("resnet18", "layer2.0.bn1", 40),
    ("vgg11", BEFORE, 32), ("vgg11", "features.13", 64), ("vgg11", "classifier.3", 32), ("inception_v3", BEFORE, 80),
    ("inception_v3", "Mixed_6b", 96), ("googlenet", NOWHERE, 64), ("mobilenet_v2", BEFORE, 33),
    ("mobilenet_v2", "features.13", 64), ("vit_b_32", BEFORE, 224), ("regnet_y_400mf", "avgpool", 64),
    ("densenet121", BEFORE, 32), ("efficientnet_b0", BEFORE, 32), ("convnext_tiny", BEFORE, 32),
    ("squeezenet1_1", BEFORE, 32), ("swin_t", "features.1", 64),
]  # fmt: skip


@pytest.mark.parametrize(("model", "cut", "side"), CUTS)
def test_what_it_gives_and_weighs_is_what_its_source_gives_and_weighs(model, cut, side):
    kind, y, _ = read({"model": model, "cut": cut}, channels=1, side=side)
    scope = {"torch": torch, "nn": nn}
    exec(kind.source, scope)
    with network._OnMeta():
        module = eval(kind.module(), scope)
    x = torch.empty(2, 1, side, side, device="meta")
    with torch.no_grad():
        came = eval(kind.call("module", {"x": "x"}, {}), scope | {"module": module.to("meta").eval(), "x": x})
    assert y.inner == tuple(came.shape[1:])
    assert kind.weights() == {name: tuple(weight.shape) for name, weight in module.named_parameters()}
    assert kind.buffers() == {name: tuple(buffer.shape) for name, buffer in module.named_buffers()}


def test_a_cut_gives_what_the_layer_gives_and_costs_what_torchvision_says():
    net = made("resnet18")
    seen = []
    net.layer3.register_forward_hook(lambda module, given, came: seen.append(came))
    kind, _, _ = read({"model": "resnet18", "cut": "layer3"})
    scope = {"torch": torch, "nn": nn}
    exec(kind.source, scope)
    module = eval(kind.module(), scope)
    module.load_state_dict(weights.fitted(module, net.state_dict(), "resnet18"))
    x = torch.rand(2, 3, 64, 64)
    means, spreads = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.no_grad():
        net((x - means[:, None, None]) / spreads[:, None, None])
        came = eval(kind.call("module", {"x": "x"}, {}), scope | {"module": module.eval(), "x": x})
    torch.testing.assert_close(came, seen[0])
    whole, _, _ = read({"model": "resnet18", "cut": NOWHERE}, side=224)
    assert whole.macs() / 1e9 == pytest.approx(1.814, abs=0.002)  # as its page in torchvision says
    assert sum(torch.Size(shape).numel() for shape in whole.weights().values()) == 11_689_512


# --- where its weights come from


def test_it_learns_behind_what_lies_in_the_cache(tmp_path, cache):
    """What is frozen does not move at all; a run taken away repeats its numbers, with its weights beside it."""
    net = made("shufflenet_v2_x0_5")
    torch.save(net.state_dict(), cache / SMALL)
    text = drawing({"model": "shufflenet_v2_x0_5", "frozen": True}, size=64)
    assert told(text) == []
    done = train(tmp_path / "run", text)
    assert done.code == 0, done.run.failure()
    kept = {key: tensor for key, tensor in net.state_dict().items() if not key.startswith("fc.")}
    held = {key[11:]: tensor for key, tensor in done.weights.items() if key.startswith("net.mobile.")}
    assert held.keys() == kept.keys()
    assert all(torch.equal(torch.from_numpy(held[key]), tensor) for key, tensor in kept.items())
    found, _ = opened(text)
    take = Take(found.document, found.reading, threads=1, device="cpu")
    assert "pretrained.pt" in export("python", take, tmp_path / "away")
    assert "PyTorch and torchvision" in (tmp_path / "away" / "README.md").read_text()
    assert repeated(tmp_path / "away") == pytest.approx(done.run.metrics()["test"]["loss"], abs=1e-9)


ANYWHERE = """
import runpy
from runtime.pretrained.bringing import torchvision
torchvision()
runpy.run_path("train.py", run_name="__main__")
"""


def repeated(folder):
    """The loss on the test rows that an exported train.py comes to; torchvision is mended where it does not fit."""
    root = str(Path(__file__).parents[2])
    path = f"import sys; sys.path[:0] = [{str(folder)!r}, {root!r}]"
    run = subprocess.run(
        [sys.executable, "-c", path + ANYWHERE], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return eval(run.stdout.splitlines()[-1].removeprefix("test "))["loss"]


@pytest.mark.parametrize("form", ["weights", "onnx", "pt2"])
def test_it_is_taken_away_untrained_with_its_weights(form, tmp_path, cache):
    net = made("shufflenet_v2_x0_5")
    torch.save(net.state_dict(), cache / SMALL)
    found, _ = opened(drawing({"model": "shufflenet_v2_x0_5"}, size=32))
    said = export(form, Take(found.document, found.reading), tmp_path / "away")
    assert said.startswith("Wrote")
    if form == "weights":
        from safetensors.torch import load_file

        held = load_file(tmp_path / "away")
        torch.testing.assert_close(held["mobile.conv1.0.weight"], net.conv1[0].weight.detach())


def test_inception_leaves_its_second_answer_aside(cache):
    """Its file in the cache holds more than is wanted, and it scales pictures once more, as torchvision does."""
    net = made("inception_v3", aux_logits=True, transform_input=True, init_weights=False)
    kind, _, _ = read({"model": "inception_v3", "cut": "Mixed_5b"}, side=96)
    scope = {"torch": torch, "nn": nn}
    exec(kind.source, scope)
    module = eval(kind.module(), scope)
    module.load_state_dict(weights.fitted(module, net.state_dict(), "inception_v3"))
    seen = []
    net.Mixed_5b.register_forward_hook(lambda module, given, came: seen.append(came))
    x = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        net(x)
        torch.testing.assert_close(module.eval()(x)["y"], seen[0])


@pytest.mark.parametrize("name", ["vgg.pth", "vgg.safetensors", "whole.pt"])
def test_weights_from_a_file(name, tmp_path):
    """A file may hold no more than the layers up to the cut, or stand below other names."""
    net = made("vgg11").features[:3]
    state = {f"features.{key}": tensor for key, tensor in net.state_dict().items()}
    if name.endswith(".safetensors"):
        save_file(state, tmp_path / name)
    else:
        before = "module." if name == "whole.pt" else ""
        held = {before + key: tensor for key, tensor in state.items()}
        torch.save({"epoch": 3, "state_dict": held} if before else held, tmp_path / name)
    params = {"model": "vgg11", "cut": "features.2", "start": "file", "path": name, "preprocess": "none"}
    document = parse(drawing(params), standard())
    kind = document.make(document.find("mobile"))
    module = network.cut_off("vgg11", "features.2")
    found = weights.given(kind, module, tmp_path, print)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_a_file_of_another_network_says_what_does_not_fit(tmp_path):
    torch.save(made("squeezenet1_1").state_dict(), tmp_path / "other.pth")
    text = drawing({"model": "shufflenet_v2_x0_5", "start": "file", "path": "other.pth"}, size=64)
    done = train(tmp_path, text)
    assert done.code == 3
    said = done.run.failure()
    assert said.message.startswith("mobile cannot begin: the file is of another network than shufflenet_v2_x0_5: ")
    assert "conv1.0.weight is missing there and 24×3×3×3 in shufflenet_v2_x0_5" in said.message
    assert said.node == "mobile"


@pytest.mark.parametrize("what", ["code", "damaged", "no weights", "missing"])
def test_a_file_that_is_none_is_said(what, tmp_path):
    path = tmp_path / "file.pth"
    if what == "code":
        torch.save({"model": Path}, path)
    elif what == "damaged":
        torch.save({"a": torch.zeros(100)}, path)
        path.write_bytes(path.read_bytes()[:300])
    elif what == "no weights":
        torch.save({"a": 3}, path)
    wanted = {"code": "more than weights", "damaged": "cannot be read", "no weights": "holds no weights",
              "missing": "there is no file"}  # fmt: skip
    with pytest.raises(weights.NoWeights, match=wanted[what]):
        weights.read(path)


def test_a_download_is_told_and_comes_once(tmp_path, cache, monkeypatch):
    net, there = made("shufflenet_v2_x0_5"), tmp_path / "server" / SMALL
    there.parent.mkdir()
    torch.save(net.state_dict(), there)
    asked = []

    def server(url, timeout):
        asked.append(url)
        return opener.open(there.as_uri())

    opener = weights.urllib.request.build_opener()
    monkeypatch.setattr(weights.urllib.request, "urlopen", server)
    text = drawing({"model": "shufflenet_v2_x0_5", "frozen": True, "start": "download"}, size=64)
    assert (
        train(tmp_path / "spoilt", text)
        .run.failure()
        .message.startswith(f"mobile cannot begin: what came as {SMALL} is not what was published")
    )
    assert list(cache.iterdir()) == []
    monkeypatch.setattr(weights, "_HASH", weights.re.compile("never"))
    done = train(tmp_path / "run", text)
    assert done.code == 0, done.run.failure()
    said = [event.data["text"] for event in done.run.events() if event.event == "message"]
    assert f"Downloading {SMALL} (5.6 MB)." in said
    assert f"Downloading {SMALL}: 100 % of 5.6 MB." in said
    assert asked == [f"https://download.pytorch.org/models/{SMALL}"] * 2
    assert train(tmp_path / "again", text).code == 0
    assert len(asked) == 2


def test_no_network_is_said(tmp_path, cache):
    done = train(tmp_path / "run", drawing({"model": "shufflenet_v2_x0_5", "start": "download"}, size=64))
    assert done.code == 3
    assert "cannot be downloaded (Name or service not known): is this machine online?" in done.run.failure().message
    assert list(cache.iterdir()) == []


# --- what cannot be


CASES = {
    "network": (
        {"model": "resnet81"}, 64, "mobile asks for resnet81, which torchvision does not have; there is resnet18", None,
    ),
    "layer": (
        {"model": "resnet18", "cut": "layer33"}, 64,
        "mobile is cut at layer33, but resnet18 has no such layer; there is layer3", None,
    ),
    "one size": (
        {"model": "vit_b_16", "start": "random"}, 64,
        "mobile cannot take the pictures of 64×64 pixels that up gives: vit_b_16 is made for 224×224.",
        "Make the pictures 224×224",
    ),
    "least size": (
        {"model": "inception_v3", "start": "random"}, 32, "mobile cannot take the pictures of 32×32 pixels",
        "Make the pictures 299×299",
    ),
    "cache": (
        {"model": "resnet18"}, 64,
        "The weights IMAGENET1K_V1 of resnet18, with which mobile begins, are not on this machine.",
        "Download them when training begins (46.8 MB)",
    ),
    "version": (
        {"model": "resnet18", "version": "V9"}, 64, "mobile has no weights V9: there is IMAGENET1K_V1.",
        "Take IMAGENET1K_V1",
    ),
    "file": (
        {"model": "resnet18", "start": "file", "path": "no.pth"}, 64, "mobile begins with the weights in no.pth, where",
        None,
    ),
    "no file": (
        {"model": "resnet18", "start": "file"}, 64, "mobile has no file of weights yet: choose one.", None,
    ),
    "small": (
        {"model": "resnet18", "start": "download"}, 32,
        "mobile learned from pictures of 224×224, and sees little in the 32×32 that up gives.",
        "Make the pictures 112×112",
    ),
    "scale": (
        {"model": "efficientnet_v2_l", "start": "download"}, 128,
        "mobile learned from pictures that were scaled otherwise: with preprocess on half.", "Scale them so",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("params", "size", "sentence", "fix"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_said(params, size, sentence, fix):
    said = told(drawing(params, size))
    assert len(said) == 1, said
    assert said[0][0].startswith(sentence)
    assert said[0][1] == fix


def test_a_fix_mends_it():
    found, born = opened(drawing({"model": "vit_b_32", "start": "random"}, 64))
    (said,) = [one for one in found.reading.diagnostics() if one.born == born]
    said.fix.apply(found.document)
    for question in found.reading.open_questions():
        found.reading.tell(question, facts.answer(question))
    assert found.reading.value(born, "y").inner == (768,)


def test_without_torchvision_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(bringing, "find_spec", lambda name: None)
    facts._known.clear()
    assert told(drawing({}))[0][0] == f"mobile: {bringing.MISSING}"
    facts._known.clear()


def test_what_comes_must_be_pictures():
    kind, _, _ = read({"model": "resnet18"})
    for sides, wanted in (((None, 5), "pictures"), ((None, 4, 32, 32), "1 channel")):
        with pytest.raises(Exception, match=wanted):
            kind.shape(Tensor(sides))


# --- fine-tuning


def test_fine_tuning_goes_on_from_the_run_that_was_frozen(tmp_path, cache):
    """First frozen; then from there with a smaller rate for the published part: Adam's first step is its rate."""
    net = made("shufflenet_v2_x0_5")
    torch.save(net.state_dict(), cache / SMALL)
    params = {"model": "shufflenet_v2_x0_5", "frozen": True}
    first = train(tmp_path / "first", drawing(params, size=64))
    tuned = json.loads(drawing({**params, "frozen": False, "lr_factor": 0.01}, size=64))
    job = Job(key="k", name="second", base=str(tmp_path), begin=str(tmp_path / "first"))
    (tmp_path / "second").mkdir()
    with Recorder(tmp_path / "second") as recorder:
        session = Tuned(recorder, lambda: open_text(json.dumps(tuned), tmp_path), job)
        assert session.train(None) == 0
    before, after = first.weights, session.after
    assert session.before == pytest.approx(0.0, abs=0)
    key = "net.mobile.conv1.0.weight"
    assert abs(after["net.fc.weight"] - before["net.fc.weight"]).max() == pytest.approx(0.01, rel=1e-3)
    assert abs(after[key] - before[key]).max() == pytest.approx(0.0001, rel=1e-2)


class Tuned(Session):
    """Keeps how far the weights are from those it begins with, and what they are after one step."""

    def _run(self, loop):
        begun = given(Path(self.job.begin)).tensors
        own = state_of(loop.training)
        self.before = max(float((own[key].float() - begun[key].float()).abs().max()) for key in begun)
        batch = next(iter(loop.batches(loop.data["train"], 0)))
        loop.training.net.train()
        loop.training.step(*batch)
        self.after = {key: tensor.numpy().copy() for key, tensor in state_of(loop.training).items()}
        return Ending.STOPPED


def test_what_was_learned_on_photographs_is_worth_more_than_chance(tmp_path, monkeypatch):
    """The template, with small pictures and few epochs; in full it reaches 0.93."""
    monkeypatch.setattr(weights, "PACKAGES", PACKAGES)
    text = template("transfer-mnist").text()
    given = {"epochs": 4, "threads": 1, "larger.size": 32}
    found = []
    for start in ("cache", "random"):
        done = train(tmp_path / start, text, overrides={**given, "mobilenet.start": start})
        assert done.code == 0, done.run.failure()
        found.append(done.run.metrics()["test"]["accuracy"])
    assert found[0] > 0.7
    assert found[1] < 0.65


# --- computed once


def test_what_nothing_learns_before_is_computed_once_with_the_same_numbers(tmp_path, cache, monkeypatch):
    """Within what batches of other sizes change in the last digits."""
    torch.save(made("shufflenet_v2_x0_5").state_dict(), cache / SMALL)
    text = drawing({"model": "shufflenet_v2_x0_5", "frozen": True}, size=64, run={"epochs": 2})
    once = train(tmp_path / "once", text)
    assert "mobile is computed once for all rows" in str([event.data for event in once.run.events()])
    assert "def prepare(self, x, y)" in (tmp_path / "once" / "train.py").read_text()
    monkeypatch.setattr("runtime.program.program.once", lambda program: None)
    always = train(tmp_path / "always", text)
    assert "def prepare" not in (tmp_path / "always" / "train.py").read_text()
    assert (once.code, always.code) == (0, 0)
    for key, wanted in always.weights.items():
        if key.startswith("net."):
            assert once.weights[key] == pytest.approx(wanted, rel=1e-4, abs=1e-5), key
    assert once.run.metrics()["test"]["loss"] == pytest.approx(always.run.metrics()["test"]["loss"], rel=1e-4)


def test_a_run_with_features_goes_on_where_it_stopped(tmp_path, cache):
    torch.save(made("shufflenet_v2_x0_5").state_dict(), cache / SMALL)
    text = drawing({"model": "shufflenet_v2_x0_5", "frozen": True}, size=64, run={"epochs": 2})
    whole = train(tmp_path / "whole", text)
    train(tmp_path / "cut", text, stop_at=50)
    (cache / SMALL).unlink()
    on = train(tmp_path / "cut", text, resume=True)
    assert (whole.code, on.code) == (0, 0)
    assert all((on.weights[key] == wanted).all() for key, wanted in whole.weights.items() if key.startswith("net."))


ALWAYS = {
    "it learns": ({"frozen": False}, {}, []),
    "its batches are not alike": ({"frozen": True}, {"accumulate": 2}, []),
}


@pytest.mark.parametrize(("params", "run", "nodes"), ALWAYS.values(), ids=ALWAYS)
def test_what_is_not_the_same_in_every_step_is_computed_in_each(params, run, nodes):
    text = drawing({"model": "shufflenet_v2_x0_5", "start": "random", **params}, size=64, run=run)
    found, _ = opened(text)
    assert Program(found.reading).once is None


def test_behind_dropout_everything_is_computed_in_each_step():
    given = json.loads(drawing({"model": "shufflenet_v2_x0_5", "start": "random", "frozen": True}, size=64))
    given["nodes"].append({"id": "drop", "kind": "Dropout"})
    given["wires"].remove("up.y -> mobile.x")
    given["wires"] += ["up.y -> drop.x", "drop.y -> mobile.x"]
    found, _ = opened(json.dumps(given))
    assert Program(found.reading).once is None


def test_penalties_and_lengths_reach_the_numbered_parts_of_a_published_network():
    """Its names hold numbers; frozen in part or not, the source of a step must be Python."""
    run = {"l2": 0.001, "max_norm": 1.5}
    found, _ = opened(drawing({"model": "squeezenet1_1", "start": "random"}, run=run))
    program = Program(found.reading)
    texts = emit.model(program).text, emit.train(program).text
    training = build(*texts).training()
    x, y = torch.rand(4, 1, 8, 8), torch.tensor([1, 2, 3, 4])
    before = training.net.mobile.features[0].weight.detach().clone()
    training.step(x, y)
    assert "self.net.mobile.features[0].weight.renorm_(2, 0, 1.5)" in texts[1]
    assert training.net.mobile.features[0].weight.flatten(1).norm(dim=1).max() <= 1.5 + 1e-5
    assert not torch.equal(training.net.mobile.features[0].weight, before)
