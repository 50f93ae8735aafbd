"""Every published architecture is drawn as it was published: weights, arithmetic and answers, up to the last one."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.form import load
from graph.project import read, write
from graph.reading import Reading
from runtime import emit
from runtime.assets import blocks, template, templates
from runtime.build import build
from runtime.program import Program

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "architectures"
PAGE = (FOLDER.parents[1] / "docs" / "architectures.md").read_text(encoding="utf-8")
ALL = sorted(path.stem for path in FOLDER.glob("*.loom"))

PARAMETERS = {
    "lenet-5": 61_706, "alexnet": 61_100_840, "vgg-16": 138_357_544, "googlenet": 6_624_904,
    "inception-v3": 23_834_568, "resnet-18": 11_689_512, "resnet-50": 25_557_032, "resnet-152": 60_192_808,
    "densenet-121": 7_978_856, "mobilenet-v2": 3_504_872, "efficientnet-b0": 5_288_548, "u-net": 31_030_658,
    "bert-base": 108_891_648, "gpt-2-small": 124_439_808, "vit-b-16": 86_567_656,
}  # fmt: skip
"""What the papers, or the weights that are handed round, have."""

GIGA_MACS = {
    "alexnet": 0.71, "vgg-16": 15.47, "googlenet": 1.50, "inception-v3": 5.71, "resnet-18": 1.81, "resnet-50": 4.09,
    "resnet-152": 11.51, "densenet-121": 2.83, "mobilenet-v2": 0.30, "efficientnet-b0": 0.39, "vit-b-16": 17.56,
}  # fmt: skip
"""Published multiplications of convolutions, linear layers and attention, in thousands of millions."""

ANSWERS = {"lenet-5": (10,), "u-net": (2, 256, 256), "bert-base": (128, 768), "gpt-2-small": (1024, 50257)}
CLASSES = (1000,)


def opened(name: str) -> Document:
    return read(FOLDER / f"{name}.loom", standard())


def source(document: Document) -> str:
    return emit.model(Program(Reading(document))).text


def on_paper(document: Document) -> nn.Module:
    """The network without numbers."""
    with torch.device("meta"):
        return build(source(document)).net()


def rows(document: Document, count: int) -> list[torch.Tensor]:
    """What goes in, without numbers."""
    inputs = [document.make(node) for node in document.nodes() if node.kind == "Input"]
    return [
        torch.empty(count, *made.shape, dtype=torch.float32 if made.classes is None else torch.long, device="meta")
        for made in inputs
    ]


def count(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


def test_the_promised_architectures_are_there():
    assert set(ALL) == set(PARAMETERS)


@pytest.mark.parametrize("name", ALL)
def test_it_opens_without_a_complaint(name):
    assert [(found.level, found.message) for found in Reading(opened(name)).diagnostics()] == []


@pytest.mark.parametrize("name", ALL)
def test_it_stands_as_the_program_would_write_it(name):
    assert write(opened(name)) == (FOLDER / f"{name}.loom").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_it_is_a_template_with_a_paragraph_of_help(name):
    found = template(name)
    assert found is not None
    assert found.group == "Architectures"
    assert len(found.help.split()) >= 30
    assert f"{PARAMETERS[name]:,}" in found.help
    assert "\n\n" not in found.path.with_suffix(".md").read_text(encoding="utf-8").strip()


def test_titles_and_names_are_unique_among_all_templates():
    for what in ("name", "title"):
        found = [getattr(each, what) for each in templates()]
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", ALL)
def test_every_block_says_what_it_is(name):
    for block, held in (load((FOLDER / f"{name}.loom").read_text(encoding="utf-8")).get("blocks") or {}).items():
        assert len(held["help"].split()) >= 6, block


@pytest.mark.parametrize("name", ALL)
def test_nodes_of_every_level_have_places_that_do_not_overlap(name):
    document = opened(name)
    for level in (document, *(document.inside(block.born) for block in document.blocks())):
        places = [node.at for node in level.nodes()]
        assert None not in places
        for at, (x, y) in enumerate(places):
            assert all(abs(x - u) >= 144 or abs(y - v) >= 56 for u, v in places[at + 1 :])


@pytest.mark.parametrize("name", ALL)
def test_the_count_of_weights_is_the_published_one(name):
    document = opened(name)
    reading = Reading(document)
    assert sum(reading.cost(node.born).parameters or 0 for node in document.nodes()) == PARAMETERS[name]
    assert count(on_paper(document)) == PARAMETERS[name]


@pytest.mark.parametrize("name", ALL)
def test_answers_and_arithmetic(name):
    """What normalizes costs one multiplication a number, which published counts leave out."""
    document = opened(name)
    reading, net, normalized = Reading(document), on_paper(document), []
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            module.register_forward_hook(lambda _, __, y: normalized.append(y.numel()))
    with FlopCounterMode(display=False) as counter:
        answer = net(*rows(document, 2))
    assert answer.shape == (2, *ANSWERS.get(name, CLASSES))
    products = counter.get_total_flops() // 4  # two rows, and two operations each
    told = sum(reading.cost(node.born).macs for node in document.nodes())
    assert told == products + sum(normalized) // 2
    if name in GIGA_MACS:
        assert round(products / 1e9, 2) == GIGA_MACS[name]


def test_the_arithmetic_of_three_is_known_to_the_last_digit():
    told = {"resnet-50": 4_089_184_256, "vgg-16": 15_470_264_320, "mobilenet-v2": 300_774_272}
    normalizing = {"resnet-50": 11_113_984, "vgg-16": 0, "mobilenet-v2": 6_678_112}
    for name, products in told.items():
        document = opened(name)
        reading = Reading(document)
        assert sum(reading.cost(node.born).macs for node in document.nodes()) == products + normalizing[name]


@pytest.mark.parametrize("name", ALL)
def test_the_table_tells_the_truth(name):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    _, title, _, parameters, macs, lines, source_ = (cell.strip() for cell in row.strip("|").split("|"))
    document = opened(name)
    reading = Reading(document)
    found = template(name)
    assert title == found.title
    assert int(parameters.replace(",", "")) == PARAMETERS[name]
    assert int(macs.replace(",", "")) == sum(reading.cost(node.born).macs for node in document.nodes())
    assert int(lines) == len(source(document).splitlines())
    assert source_.split()[0].rstrip(",") in found.help


def test_the_page_lists_every_block():
    assert [f"| `{held.name}` | {held.title} |" for held in blocks()] == [
        line for line in PAGE.split("## Blocks")[1].splitlines() if line.startswith("| `")
    ]


def test_resnet_50_reads_like_a_persons():
    text = source(opened("resnet-50"))
    assert len(text.splitlines()) < 150
    assert "nn.Sequential(*(Bottleneck(1024, width=256) for _ in range(5)))" in text
    assert "return self.relu3(x + norm3)" in text
    assert '"""A bottleneck that changes width or side; ' in text


def test_lenet_gives_what_plain_torch_gives():
    net = build(source(opened("lenet-5"))).net().double()
    plain = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    ).double()  # fmt: skip
    take_over(net, plain)
    x = torch.randn(3, 1, 32, 32, dtype=torch.float64)
    torch.testing.assert_close(net(x), plain(x), rtol=1e-12, atol=1e-12)


def take_over(net: nn.Module, plain: nn.Module) -> None:
    """Give a module the weights and figures of another that holds the same ones in the same order."""
    state = net.state_dict()
    for key, value in zip(state, plain.state_dict().values(), strict=True):
        assert state[key].shape == value.shape, key
        state[key] = value
    net.load_state_dict(state)


class Residual(nn.Module):
    """A bottleneck as the paper has it."""

    def __init__(self, before: int, width: int, stride: int, project: bool) -> None:
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(before, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3, self.norm3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        if project:
            conv = nn.Conv2d(before, 4 * width, 1, stride=stride, bias=False)
            self.around = nn.Sequential(conv, nn.BatchNorm2d(4 * width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        y = F.relu(self.norm2(self.conv2(y)))
        around = self.around(x) if hasattr(self, "around") else x
        return F.relu(self.norm3(self.conv3(y)) + around)


def plain_resnet(stages: tuple[tuple[int, int], ...], classes: int) -> nn.Sequential:
    first = [nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(8), nn.ReLU()]
    layers: list[nn.Module] = [*first, nn.MaxPool2d(3, stride=2, padding=1)]
    before = 8
    for at, (width, times) in enumerate(stages):
        layers.append(Residual(before, width, 1 if at == 0 else 2, project=True))
        layers += [Residual(4 * width, width, 1, project=False) for _ in range(times - 1)]
        before = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, classes))


def test_a_narrow_resnet_gives_what_plain_torch_gives():
    """The drawing of ResNet-50 with other numbers."""
    document, stages = opened("resnet-50"), ((4, 3), (6, 4), (8, 6), (10, 3))
    settings = {"image": {"shape": [3, 64, 64]}, "conv1": {"out_channels": 8}, "fc": {"out_features": 5}}
    settings |= {f"stage{at}": {"width": width} for at, (width, _) in enumerate(stages, 1)}
    settings |= {f"stage{at}_first": {"width": width} for at, (width, _) in enumerate(stages, 1)}
    change(document, settings)
    torch.manual_seed(0)
    net, plain = build(source(document)).net().double(), plain_resnet(stages, 5).double()
    take_over(net, plain)
    x = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    for mode in (True, False):  # in training, which moves the running figures, and in use
        torch.testing.assert_close(net.train(mode)(x), plain.train(mode)(x), rtol=1e-10, atol=1e-10)


def change(document: Document, settings: dict[str, dict[str, object]]) -> None:
    for name, values in settings.items():
        for key, value in values.items():
            edits.set_param(document, document.find(name).born, key, value)


def test_a_narrow_gpt_gives_what_torchs_own_layers_give():
    """The drawing of GPT-2 with other numbers; torch's encoder layer does the same under a mask."""
    document, width, words, steps = opened("gpt-2-small"), 24, 50, 7
    change(document, {
        "tokens": {"shape": [steps], "classes": words}, "embedding": {"embedding_dim": width},
        "positions": {"length": 16}, "layers": {"width": width, "heads": 3, "repeat": 2},
        "head": {"out_features": words},
    })  # fmt: skip
    torch.manual_seed(0)
    net = build(source(document)).net().double().eval()
    layers = [
        nn.TransformerEncoderLayer(
            width, 3, 4 * width, activation=lambda x: F.gelu(x, approximate="tanh"), batch_first=True, norm_first=True
        ).double().eval()
        for _ in range(2)
    ]  # fmt: skip
    names = {"attend": "self_attn", "fc1": "linear1", "fc2": "linear2"}
    for own, theirs in zip(net.layers, layers, strict=True):
        nn.init.normal_(own.attend.in_proj_bias)
        state = {".".join([names.get(first, first), rest]): value for first, rest, value in parts(own)}
        theirs.load_state_dict(state)
    tokens = torch.randint(words, (3, steps))
    x = net.embedding.weight[tokens] + net.positions.weight[:steps]
    for layer in layers:
        x = layer(x, src_mask=nn.Transformer.generate_square_subsequent_mask(steps, dtype=torch.float64))
    expected = F.layer_norm(x, (width,), net.norm.weight, net.norm.bias) @ net.embedding.weight.T
    torch.testing.assert_close(net(tokens), expected, rtol=1e-10, atol=1e-10)


def parts(module: nn.Module) -> list[tuple[str, str, torch.Tensor]]:
    """The weights by their node and what they are called there."""
    return [(key.split(".", 1)[0], key.split(".", 1)[1], value) for key, value in module.state_dict().items()]
