"""A file of the vocabulary is imported when one of its kinds is needed, and looking at all kinds finds them all."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graph import homes
from graph.catalogue import Catalogue, Own, standard

ROOT = Path(__file__).resolve().parents[2]
OPEN = """
import sys
from graph import project, reading
from graph.catalogue import standard
document = project.read(sys.argv[1], standard())
reading.Reading(document).settle()
print(*(name for name in sys.modules if name.startswith("graph.kinds.")))
"""


def loaded_by_opening(file: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", OPEN, file], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return {name.removeprefix("graph.kinds.") for name in done.stdout.split()}


def test_each_kind_is_found_by_its_name_alone() -> None:
    for kind in homes.everything():
        assert Own().get(kind.__name__) is kind


def test_kinds_are_the_same_whichever_way_one_came_to_them() -> None:
    late = Own()
    assert late.get("Linear") is standard().get("Linear")
    assert "Linear" in late
    assert late.names() == Catalogue(homes.everything()).names()
    assert late.get("Linear") is standard().get("Linear")


@pytest.mark.parametrize("name", ["", "Lineär", "NoSuchKind", "_Pool", "nn", "../linear", "Kind"])
def test_what_is_no_kind_is_not_found(name: str) -> None:
    assert Own().get(name) is None
    assert name not in Own()


def test_where_the_text_of_the_files_is_missing_all_kinds_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "_homes", dict)
    assert Own().get("Linear") is standard().get("Linear")
    assert Own().get("NoSuchKind") is None


def test_opening_a_drawing_imports_the_families_that_it_holds() -> None:
    loaded = loaded_by_opening(ROOT / "assets" / "examples" / "xor-neurons.loom")
    assert "neuron" in loaded
    assert not {"recurrent", "transformer", "convolution", "pooling_adaptive"} & loaded


def test_a_block_of_a_drawing_is_no_reason_to_import_all_kinds(tmp_path: Path) -> None:
    inside = {"nodes": [{"id": "act", "kind": "Tanh"}], "wires": []}
    drawn = {"nodes": [{"id": "one", "kind": "Mine"}], "wires": [], "blocks": {"Mine": inside}}
    file = tmp_path / "blocks.loom"
    file.write_text(json.dumps({"format": "neuroloom", "version": 1, **drawn}))
    assert "transformer" not in loaded_by_opening(file)
