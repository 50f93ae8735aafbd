"""Every block that comes with the program can be placed, runs, and computes what torch, or its formula, computes."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.project import parse, write
from graph.reading import Reading
from runtime import emit
from runtime.assets import BlockFile, blocks
from runtime.build import build
from runtime.program import Program

FILES = {held.name: held for held in blocks()}
PICTURE, STEPS, MEMORY = [8, 8, 8], [7, 12], [5, 12]


def unit(m: nn.Module, x: Tensor) -> Tensor:
    return F.relu(m.norm(m.conv(x)))


def double(m: nn.Module, x: Tensor) -> Tensor:
    return F.relu(m.conv2(F.relu(m.conv1(x))))


def basic(m: nn.Module, x: Tensor) -> Tensor:
    return m.norm2(m.conv2(F.relu(m.norm1(m.conv1(x)))))


def bottleneck(m: nn.Module, x: Tensor) -> Tensor:
    return m.norm3(m.conv3(F.relu(m.norm2(m.conv2(F.relu(m.norm1(m.conv1(x))))))))


def around(m: nn.Module, x: Tensor) -> Tensor:
    return m.shortcut_norm(m.shortcut(x))


def inception(m: nn.Module, x: Tensor) -> Tensor:
    pooled = unit(m.branch4, F.max_pool2d(x, 3, stride=1, padding=1))
    three, five = unit(m.branch2, unit(m.branch2_in, x)), unit(m.branch3, unit(m.branch3_in, x))
    return torch.cat([unit(m.branch1, x), three, five, pooled], 1)


def dense(m: nn.Module, x: Tensor) -> Tensor:
    new = m.conv2(F.relu(m.norm2(m.conv1(F.relu(m.norm1(x))))))
    return torch.cat([x, new], 1)


def dense_block(m: nn.Module, x: Tensor) -> Tensor:
    for layer in m.children():
        x = dense(layer, x)
    return x


def excite(m: nn.Module, x: Tensor) -> Tensor:
    squeezed = m.narrow(x.mean((2, 3), keepdim=True))
    return x * torch.sigmoid(m.widen(F.silu(squeezed)))


def mbconv(m: nn.Module, x: Tensor) -> Tensor:
    y, inner = F.silu(m.norm(m.expand(x))), m.depthwise
    return inner.norm2(inner.project(excite(inner.excite, F.silu(inner.norm1(inner.filter(y))))))


def inverted(m: nn.Module, x: Tensor) -> Tensor:
    y = F.relu6(m.norm1(m.expand(x)))
    return m.norm3(m.project(F.relu6(m.norm2(m.depthwise(y)))))


def down(m: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    found = double(m.convs, x)
    return found, F.max_pool2d(found, 2)


def up(m: nn.Module, skip: Tensor, x: Tensor) -> Tensor:
    return double(m.convs, torch.cat([skip, m.up(x)], 1))


def torchs_layer(theirs: nn.Module, m: nn.Module, names: dict[str, str]) -> nn.Module:
    """One of torch's layers with the weights of a block, whose nodes have other names there."""
    parts = [(*key.split(".", 1), value) for key, value in m.state_dict().items()]
    theirs.double().load_state_dict({f"{names.get(node, node)}.{rest}": value for node, rest, value in parts})
    return theirs.eval()


def encoder(first: bool):
    def reference(m: nn.Module, x: Tensor) -> Tensor:
        theirs = nn.TransformerEncoderLayer(12, 3, 48, activation="gelu", batch_first=True, norm_first=first)
        return torchs_layer(theirs, m, {"attend": "self_attn", "fc1": "linear1", "fc2": "linear2"})(x)

    return reference


def causal(m: nn.Module, x: Tensor) -> Tensor:
    """Torch has no layer that only writes: its encoder's, which is told that no step may look at a later one."""
    theirs = nn.TransformerEncoderLayer(12, 3, 48, activation="gelu", batch_first=True, norm_first=True)
    mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=x.dtype)
    return torchs_layer(theirs, m, {"look_back": "self_attn", "fc1": "linear1", "fc2": "linear2"})(x, src_mask=mask)


def decoder(first: bool):
    def reference(m: nn.Module, x: Tensor, memory: Tensor) -> Tensor:
        theirs = nn.TransformerDecoderLayer(12, 3, 48, activation="gelu", batch_first=True, norm_first=first)
        names = {"look_back": "self_attn", "read": "multihead_attn", "fc1": "linear1", "fc2": "linear2"}
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=x.dtype)
        return torchs_layer(theirs, m, names)(x, memory, tgt_mask=mask)

    return reference


def attention(m: nn.Module, query: Tensor, key: Tensor, value: Tensor, heads: int = 3) -> Tensor:
    theirs = nn.MultiheadAttention(12, heads, batch_first=True).double()
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([m.q.weight, m.k.weight, m.v.weight]))
        theirs.in_proj_bias.copy_(torch.cat([m.q.bias, m.k.bias, m.v.bias]))
    theirs.out_proj.load_state_dict(m.out.state_dict())
    return theirs(query, key, value)[0]


def cell(kind: type[nn.RNNBase]):
    def reference(m: nn.Module, x: Tensor) -> Tensor:
        theirs = kind(12, 5, batch_first=True).double()
        with torch.no_grad():
            for name, layer in (("ih", m.wx), ("hh", m.wh)):
                getattr(theirs, f"weight_{name}_l0").copy_(layer.weight)
                getattr(theirs, f"bias_{name}_l0").copy_(layer.bias)
        return theirs(x)[0]

    return reference


MODEL = {"width": 12, "heads": 3}
SITUATIONS = {
    "ConvUnit": ({"width": 6}, [PICTURE], unit),
    "BasicBlock": ({"width": 8}, [PICTURE], lambda m, x: F.relu(x + basic(m, x))),
    "ProjectedBlock": ({"width": 6}, [PICTURE], lambda m, x: F.relu(basic(m, x) + around(m, x))),
    "Bottleneck": ({"width": 2}, [PICTURE], lambda m, x: F.relu(x + bottleneck(m, x))),
    "ProjectedBottleneck": ({"width": 3}, [PICTURE], lambda m, x: F.relu(bottleneck(m, x) + around(m, x))),
    "Inception": ({"one": 3, "three_in": 4, "three": 5, "five_in": 2, "five": 3, "pooled": 2}, [PICTURE], inception),
    "DenseLayer": ({"growth": 4}, [PICTURE], dense),
    "DenseBlock": ({"growth": 3}, [PICTURE], dense_block),
    "SqueezeExcite": ({"width": 8, "squeezed": 2}, [PICTURE], excite),
    "MBConv": ({"channels": 8, "width": 6, "side": 5}, [PICTURE], mbconv),
    "MBConvResidual": ({"channels": 8}, [PICTURE], lambda m, x: x + mbconv(m, x)),
    "InvertedBottleneck": ({"channels": 8, "width": 6}, [PICTURE], inverted),
    "InvertedResidual": ({"channels": 8}, [PICTURE], lambda m, x: x + inverted(m, x)),
    "EncoderLayer": (MODEL, [STEPS], encoder(first=False)),
    "PreNormEncoderLayer": (MODEL, [STEPS], encoder(first=True)),
    "CausalLayer": (MODEL, [STEPS], causal),
    "DecoderLayer": (MODEL, [STEPS, MEMORY], decoder(first=False)),
    "PreNormDecoderLayer": (MODEL, [STEPS, MEMORY], decoder(first=True)),
    "AttentionFromParts": (MODEL, [STEPS, MEMORY, MEMORY], attention),
    "DoubleConv": ({"width": 6}, [PICTURE], double),
    "DownStep": ({"width": 6}, [PICTURE], down),
    "UpStep": ({"width": 6}, [[6, 16, 16], PICTURE], up),
    "GeneratorBlock": ({"width": 6}, [PICTURE], unit),
    "DiscriminatorBlock": ({"width": 6}, [PICTURE], lambda m, x: F.leaky_relu(m.norm(m.conv(x)), 0.2)),
    "RNNFromGates": ({"width": 5}, [STEPS], cell(nn.RNN)),
    "LSTMFromGates": ({"width": 5}, [STEPS], cell(nn.LSTM)),
    "GRUFromGates": ({"width": 5}, [STEPS], cell(nn.GRU)),
}
"""For each block its parameters, the sides of what comes in, and the same thing in plain torch."""


def placed(held: BlockFile) -> Document:
    """A drawing of nothing but the block, an Input for each thing that it takes, an Output for each that it gives."""
    document = parse('{"format": "neuroloom", "version": 1, "nodes": [], "wires": []}', standard())
    params, sides, _ = SITUATIONS[held.name]
    kind = edits.bring(document, held.text(), held.name)
    block = edits.add(document, kind, id="block", params=params)
    made = document.make(document.node(block))
    for number, (port, shape) in enumerate(zip(made.inputs, sides, strict=True)):
        own = {"shape": shape, **({"sequence": True} if len(shape) == 2 else {})}
        if number:
            own |= {"same_rows_as": "in0"}
        if number == 2:  # the key and the value of an attention are of one length
            own |= {"same_length_as": "in1"}
        edits.connect(document, edits.add(document, "Input", id=f"in{number}", params=own), "x", block, port.name)
    for port in made.outputs:
        edits.connect(document, block, port.name, edits.add(document, "Output", id=f"out_{port.name}"), "x")
    return document


def randomized(net: nn.Module) -> nn.Module:
    """Weights and running figures as after a while of training."""
    torch.manual_seed(0)
    for key, value in net.double().state_dict().items():
        if value.is_floating_point():
            value.copy_(torch.rand_like(value) + 0.5 if key.endswith("var") else torch.randn_like(value) * 0.3)
    return net.eval()


def test_there_is_a_situation_for_every_block():
    assert set(FILES) == set(SITUATIONS)


@pytest.mark.parametrize("name", FILES)
def test_the_file_holds_a_definition_of_its_name_and_no_drawing(name):
    document = parse(FILES[name].text(), standard())
    assert document.find_block(name) is not None
    assert document.nodes() == []
    assert Reading(document).diagnostics() == []
    assert write(document) == FILES[name].text()


@pytest.mark.parametrize("name", FILES)
def test_it_says_what_it_is_and_where_it_comes_from(name):
    held = FILES[name]
    assert held.title
    assert len(held.help.split()) >= 15
    assert any(word.strip(".;").isdigit() and len(word.strip(".;")) == 4 for word in held.help.split())  # a year
    assert all(len(str(block.extra["help"]).split()) >= 6 for block in parse(held.text(), standard()).blocks())


@pytest.mark.parametrize("name", FILES)
def test_it_can_be_placed_and_gives_what_torch_gives(name):
    document = placed(FILES[name])
    reading = Reading(document)
    assert [found.message for found in reading.diagnostics()] == []
    net = randomized(build(emit.model(Program(reading)).text).net())
    _, sides, reference = SITUATIONS[name]
    inputs = [torch.randn(3, *shape, dtype=torch.float64) for shape in sides]
    expected = reference(net.block, *inputs)
    ours = net(*inputs)
    for left, right in zip(
        *(value if isinstance(value, tuple) else (value,) for value in (ours, expected)), strict=True
    ):
        torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-10)
    block = document.find("block").born
    assert reading.cost(block).parameters == sum(weight.numel() for weight in net.parameters())


@pytest.mark.parametrize("name", FILES)
def test_its_nodes_have_places_that_do_not_overlap(name):
    document = parse(FILES[name].text(), standard())
    for block in document.blocks():
        places = [node.at for node in document.inside(block.born).nodes()]
        assert None not in places
        for at, (x, y) in enumerate(places):
            assert all(abs(x - u) >= 144 or abs(y - v) >= 56 for u, v in places[at + 1 :])


@pytest.mark.parametrize("told", ["Adds up.", 'He said """add""" \\ to it\n\0\ud800 twice. ' * 9, "\n", ""])
def test_what_a_block_says_of_itself_heads_its_class(told):
    document = placed(FILES["BasicBlock"])
    block = document.find_block("BasicBlock")
    document.put(replace(block, extra={"help": told}))
    text = emit.model(Program(Reading(document))).text
    doc = type(build(text).net().block).__doc__
    assert "x: (N, 8, 8, 8) -> y: (N, 8, 8, 8)" in " ".join(doc.split())
    if told.strip():
        assert " ".join(doc.split()).startswith(" ".join(told.split())[:8].replace('"', "'"))
    assert all(len(line) <= 100 for line in text.splitlines())


def test_two_attentions_of_different_width_are_each_scaled_by_their_own():
    document = placed(FILES["AttentionFromParts"])
    edits.set_param(document, document.find("block").born, "heads", 2)
    other = edits.add(document, "AttentionFromParts", id="other", params={"width": 12, "heads": 6})
    for port, name in (("query", "block"), ("key", "in1"), ("value", "in2")):
        edits.connect(document, document.find(name).born, "y" if name == "block" else "x", other, port)
    edits.connect(document, other, "y", document.find("out_y").born, "x")
    net = randomized(build(emit.model(Program(Reading(document))).text).net())
    query, key = torch.randn(3, 7, 12, dtype=torch.float64), torch.randn(3, 5, 12, dtype=torch.float64)
    expected = attention(net.other, attention(net.block, query, key, key, heads=2), key, key, heads=6)
    torch.testing.assert_close(net(query, key, key), expected, rtol=1e-10, atol=1e-10)
