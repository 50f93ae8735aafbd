"""A generator makes rows and pictures of noise, of the class that is asked for."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from runtime.build import build
from runtime.cli import main
from runtime.data.table import DataError
from runtime.predict.making import Maker, sheet
from runtime.protocol import PROJECT
from tests.runtime.training import classifier, train

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"


def trained(folder, name):
    text = (EXAMPLES / f"{name}.loom").read_text(encoding="utf-8")
    folder.mkdir()
    (folder / PROJECT).write_text(text, encoding="utf-8")
    (folder.parent / "net.loom").write_text(text, encoding="utf-8")
    return train(folder, text, overrides={"epochs": 1}).run


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("making") / "labels", "gan-labels")


def test_what_is_made_is_what_the_net_makes_of_the_same_noise(labels):
    made = Maker(labels).make(5, seed=3, wanted="7")["g"]
    net = build((labels.path / "model.py").read_text()).net().eval()
    weights = load_file(labels.path / "checkpoints" / "last.safetensors")
    net.load_state_dict({key[4:]: value for key, value in weights.items() if key.startswith("net.")})
    noise = torch.randn(5, 32, generator=torch.Generator().manual_seed(3))
    given = {"digits": torch.full((5,), 7), "digits_y": torch.full((5,), 7), "z": noise}
    names = net.forward.__code__.co_varnames[1 : net.forward.__code__.co_argcount]
    with torch.no_grad():
        wanted = net(*(given[name] for name in names))
    np.testing.assert_array_equal(made, wanted.numpy())


def test_all_classes_come_in_turn_and_another_seed_makes_others(labels):
    maker = Maker(labels)
    first, again, other = (maker.make(12, seed=seed)["g"] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    one = maker.make(12, wanted="1")["g"]
    assert np.array_equal(one[[1, 11]], first[[1, 11]])
    assert not np.array_equal(one[0], first[0])
    with pytest.raises(DataError, match="There is no class horse"):
        maker.make(1, wanted="horse")


def test_the_command_writes_a_sheet_and_arrays(labels, tmp_path, capsys):
    file = str(labels.path.parent / "net.loom")
    asked = ["predict", file, "--run", str(labels.path), "--count", "10"]
    assert main([*asked, "-o", str(tmp_path / "made.png")]) == 0
    with Image.open(tmp_path / "made.png") as image:
        assert image.size == (8 * 9 - 1, 2 * 9 - 1)
    assert main([*asked, "-o", str(tmp_path / "made.npz")]) == 0
    assert np.load(tmp_path / "made.npz")["g"].shape == (10, 1, 8, 8)
    capsys.readouterr()
    for wrong, told in ((["-o", str(tmp_path / "made.csv")], "pictures into .png"), ([], "Say where to")):
        assert main([*asked, *wrong]) in (1, 2)
        assert told in capsys.readouterr().err


def test_what_answers_to_rows_makes_nothing(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / PROJECT).write_text(classifier({"epochs": 1}))
    run = train(folder, classifier({"epochs": 1})).run
    with pytest.raises(DataError, match="makes nothing by itself"):
        Maker(run)


def test_a_sheet_leaves_no_picture_out():
    pictures = np.arange(3 * 3 * 2 * 2, dtype=np.float32).reshape(3, 3, 2, 2)
    image = np.asarray(sheet(pictures, columns=2))
    assert image.shape == (5, 5, 3)
    assert image[0, 0].tolist() == [0, 29, 58]
    assert image[4, 1].tolist() == [197, 226, 255]
