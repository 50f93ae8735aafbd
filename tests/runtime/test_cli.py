"""The command line in this process: what it prints, what it answers. Training itself runs in a real worker."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime import cli
from runtime.assets import templates
from tests.runtime.training import classifier

Said = Any


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands are given in an empty folder, and leave nothing elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], str]:
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err


def test_new_check_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", "digits-cnn", "-o", "d.loom", "--json"]) == 0
    assert cli.main(["check", "d.loom", "--json"]) == 0
    assert cli.main(["show", "d.loom", "--json"]) == 0
    (made, checked, shown), errors = lines(capsys)
    assert errors == ""
    assert made["file"] == "d.loom"
    assert not [found for found in checked["diagnostics"] if found["level"] == "error"]
    nodes = {node["id"]: node for node in shown["nodes"]}
    assert nodes["digits"]["shape"] == [1, 8, 8]
    assert nodes["fc2"]["shape"] == [10]
    assert shown["training"]["weights"] == 4 * sum(node["parameters"] for node in shown["nodes"])
    side = nodes["conv1"]["shape"][0]
    assert nodes["conv1"]["parameters"] == 9 * side + side


def test_new_writes_over_nothing(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "mine.loom").write_text("precious")
    assert cli.main(["new", "iris-mlp", "-o", "mine.loom"]) == 2
    assert (place / "mine.loom").read_text() == "precious"
    assert "is there already" in capsys.readouterr().err
    assert cli.main(["new", "nothing-like-it"]) == 2


def test_check_tells_node_port_and_fix(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "w.loom").write_text(classifier({}, {"fc2": {"out_features": 1}}))
    assert cli.main(["check", "w.loom", "--json"]) == 1
    ((checked,), _) = lines(capsys)
    found = next(each for each in checked["diagnostics"] if each["level"] == "error")
    assert found["node"] == "loss"
    assert found["port"] == "prediction"
    assert set(found) == {"code", "level", "node", "port", "message", "fix"}
    assert cli.main(["train", "w.loom"]) == 1
    assert "loss" in capsys.readouterr().err
    assert not (place / "runs").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [("not json", 1), ('{"nodes": 3}', 1), ('{"nodes": [], "version": 99}', 1), ('{"nodes": []}', 1)],
)
def test_bad_files_are_sentences(capsys: pytest.CaptureFixture[str], place: Path, content: str, code: int) -> None:
    (place / "bad.loom").write_text(content)
    assert cli.main(["train", "bad.loom"]) == code
    said = capsys.readouterr().err
    assert said.strip()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "more",
    [["--set", "fc9.x=1"], ["--set", "fc1.nothing=1"], ["--set", "fc1.out_features=-1"], ["--set", "rubbish"],
     ["--epochs", "0"], ["--seed", "-1"], ["--set", "adam.lr=NaN"], ["--set", "adam.lr=1e400"], ["--epochs", "many"],
     ["--resume", "--epochs", "3"], ["--resume"], ["--resume", "--run", "nowhere"]],
)  # fmt: skip
def test_wrong_usage(capsys: pytest.CaptureFixture[str], place: Path, more: list[str]) -> None:
    (place / "m.loom").write_text(classifier({}))
    assert cli.main(["train", "m.loom", *more]) == 2
    said = capsys.readouterr()
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert not (place / "runs").exists()


def test_unknown_verb_and_no_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tarin", "x.loom"]) == 2
    assert cli.main([]) == 2
    assert cli.main(["--help"]) == 0
    for verb in cli.VERBS:
        assert verb in capsys.readouterr().out or cli.main(["--help"]) == 0


def test_train_tells_epochs_and_the_end(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "m.loom").write_text(classifier({}))
    assert cli.main(["train", "m.loom", "--epochs", "3", "--set", "fc1.out_features=4", "--run", "r", "--json"]) == 0
    told, errors = lines(capsys)
    assert errors == ""
    assert [each["epoch"] for each in told if each["event"] == "epoch"] == [1, 2, 3]
    last = told[-1]
    assert last["event"] == "finished"
    assert last["epochs"] == 3
    assert set(last["metrics"]) == {"train", "validation", "test"}
    assert set(last["metrics"]["test"]) == {"loss", "accuracy"}
    assert Path(last["run"]) == place / "r"
    for name in (
        "project.loom",
        "job.json",
        "model.py",
        "train.py",
        "epochs.jsonl",
        "steps.bin",
        "log.txt",
        "checkpoints",
    ):
        assert (place / "r" / name).exists()
    assert "Linear(2, 4)" in (place / "r" / "model.py").read_text()
    assert cli.main(["train", "m.loom", "--run", "r"]) == 2


def test_data_errors_are_errors_of_the_drawing(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    nodes = {"kind": "CSV", "params": {"path": "t.csv"}}
    (place / "t.csv").write_text("a,y\n" + "".join(f"{n},{n % 2}\n" for n in range(30)) + "oops,1\n")
    text = json.loads(classifier({}))
    text["nodes"][0] = {"id": "moons", **nodes}
    (place / "c.loom").write_text(json.dumps(text))
    assert cli.main(["train", "c.loom"]) == 1
    assert 'line 32: the column "a" holds numbers, but here stands "oops"' in capsys.readouterr().err


def test_a_failed_run_is_code_3(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "m.loom").write_text(classifier({}))
    assert cli.main(["train", "m.loom", "--device", "cuda:77", "--run", "r", "--json"]) in (2, 3)
    told, errors = lines(capsys)
    assert told[-1]["event"] == "failed"
    assert "Here are: cpu" in errors


def test_interrupt_stops_at_a_checkpoint_and_resume_goes_on(place: Path) -> None:
    """Ctrl-C, as the terminal sends it, in a process of its own."""
    (place / "m.loom").write_text(classifier({"epochs": 100}, {"moons": {"samples": 4000}}))
    root = str(Path(cli.__file__).parent.parent)
    script = f"import sys; sys.path.insert(0, {root!r}); from runtime import cli; sys.exit(cli.main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "train", "m.loom", "--run", "r", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "epoch":
            process.send_signal(2)
            break
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert json.loads(rest.splitlines()[-1])["event"] == "stopped"
    assert "--resume" in errors
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, cwd=place, timeout=200, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert told[-1]["epochs"] == 100
    numbers = [each["epoch"] for each in told if each["event"] == "epoch"]
    assert numbers[-1] == 100
    assert numbers == list(range(numbers[0], 101))


def test_lists(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert cli.main(["templates", "--json"]) == 0
    assert cli.main(["kinds", "--json"]) == 0
    assert cli.main(["runs", "--json"]) == 0
    (first, second, third), _ = lines(capsys)
    assert [each["name"] for each in first["templates"]] == [each.name for each in templates()]
    assert all(each["title"] and each["help"] for each in first["templates"])
    linear = next(each for each in second["kinds"] if each["kind"] == "Linear")
    assert (linear["inputs"], linear["outputs"]) == (["x"], ["y"])
    assert third["runs"] == []


def test_words_for_people(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "m.loom").write_text(classifier({}))
    for verb in (["check", "m.loom"], ["show", "m.loom"], ["train", "m.loom"], ["runs"], ["templates"], ["kinds"]):
        assert cli.main(verb) == 0
    said = capsys.readouterr().out
    assert "m.loom is good." in said
    assert "Finished in" in said
    assert "m-001" in said


def test_export_takes_the_weights_of_the_run(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    from safetensors.numpy import load_file

    from runtime.runs import Run

    (place / "m.loom").write_text(classifier({}))
    assert cli.main(["train", "m.loom", "--epochs", "2", "--set", "fc1.out_features=4", "--run", "r", "--json"]) == 0
    assert cli.main(["export", "m.loom", "--to", "weights", "--run", "r", "-o", "w.safetensors"]) == 0
    weights = load_file(place / "w.safetensors")
    held = load_file(Run(place / "r").weights() or "")
    assert weights["fc1.weight"].shape == (4, 2)
    assert (weights["fc1.weight"] == held["net.fc1.weight"]).all()
    assert cli.main(["export", "m.loom", "--to", "weights", "--run", "nowhere"]) == 2
    assert cli.main(["export", "m.loom", "--to", "nothing"]) == 2
