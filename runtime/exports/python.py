"""Takes a drawing away as Python: model.py, train.py, its data and its weights, which need nothing but torch."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from runtime import emit, own_code
from runtime.build import build
from runtime.data.streaming import Stream
from runtime.exports.take import ExportError, Take, make_net
from runtime.pretrained.beginning import FILE, NoBeginning, States, states
from runtime.program import Program, ProgramError
from runtime.program.given import given

PARTS = ("train", "validation", "test")


def write(take: Take, out: Path) -> str:
    """Writes a folder, or a zip file if `out` ends so; says what is in it."""
    program = take.program()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / (out.stem if out.suffix == ".zip" else out.name)
        folder.mkdir()
        trains = _fill(take, program, folder)
        names = sorted(file.name for file in folder.iterdir())
        if out.suffix == ".zip":
            _zip(folder, out)
        else:
            shutil.copytree(folder, out, dirs_exist_ok=True)
    start = " Start it with: python train.py" if trains else ""
    return f"Wrote {', '.join(names)}.{start}"


def _fill(take: Take, program: Program, folder: Path) -> bool:
    """The files; False if nothing is trained in the drawing, so that there is only a model."""
    import torch

    _text(folder / "model.py", emit.model(program, take.name).text)
    for name, path in own_code.files(take.document, take.base).items():
        shutil.copyfile(path, folder / f"{name}.py")
    torch.save(make_net(take, program).state_dict(), folder / "weights.pt")
    try:
        program.refuse_training()
    except ProgramError:
        _text(folder / "README.md", _readme(take, program, trains=False))
        return False
    held = data(take, program)
    stream = min((values.sample for values in held["train"] if isinstance(values, Stream)), default=0)
    source = emit.train(program, take.name, threads=take.threads, device=take.device, stream=stream)
    _text(folder / "train.py", source.text)
    if begun := _begun(take, program):
        torch.save(begun, folder / FILE)
    if stream:
        _store(held, folder / "data")
    else:
        torch.save(held, folder / "data.pt")
    _text(folder / "README.md", _readme(take, program, trains=True))
    return True


def _begun(take: Take, program: Program) -> States:
    """The weights from elsewhere that train.py begins with. Raises ExportError."""
    if not given(program):
        return {}
    with own_code.importable(own_code.files(take.document, take.base)):
        model = build(emit.model(program, take.name).text).model
    homes = {"net": model.Net(), **({"extras": model.Extras()} if program.has_extras else {})}
    try:
        return states(program, homes, take.base)
    except NoBeginning as error:
        raise ExportError(str(error)) from error


def _store(held: dict[str, list[Any]], folder: Path) -> None:
    """Writes each array into a file, as many rows at once as may be in memory."""
    import numpy as np

    folder.mkdir()
    for part, listed in held.items():
        for at, values in enumerate(listed):
            first = values[:1].numpy()
            shape = (len(values), *first.shape[1:])
            out = np.lib.format.open_memmap(folder / f"{part}-{at}.npy", "w+", first.dtype, shape)
            rows = values.sample if isinstance(values, Stream) else len(values)
            for start in range(0, len(values), rows):
                out[start : start + rows] = values[start : start + rows].numpy()
            out.flush()


def data(take: Take, program: Program) -> dict[str, list[Any]]:
    """The tensors of each part in the order of a step's arguments; an empty part is left out. Raises ExportError."""
    from runtime.data.source import load
    from runtime.data.table import DataError

    loaded = {}
    for source in program.sources:
        try:
            loaded[source.born] = load(source.kind, take.base)
        except DataError as error:
            raise ExportError(f"{source.id}: {error}") from error
    listed = {part: [loaded[born].parts[part][port] for born, port, _ in program.arguments] for part in PARTS}
    return {part: tensors for part, tensors in listed.items() if all(len(tensor) for tensor in tensors)}


def _readme(take: Take, program: Program, *, trains: bool) -> str:
    learned = "the weights it has learned" if take.weights is not None else "the weights it starts from"
    arguments = ", ".join(program.net_arguments.values())
    needed = "PyTorch and torchvision" if "import torchvision" in emit.model(program).text else "PyTorch"
    rows = [
        f"# {take.name}", "", f"`model.py` is the model, `weights.pt` {learned}. Both need nothing but {needed}:", "",
        "```python", "import torch", "", "from model import Net", "", "net = Net()",
        'net.load_state_dict(torch.load("weights.pt", weights_only=True))', "net.eval()",
        f"answer = net({arguments})" if not program.net_keeping else f"answer, state = net({arguments})", "```",
    ]  # fmt: skip
    if program.net_keeping:
        call = f"net({arguments}, state)"
        rows += ["", f"It keeps its state: `{call}` goes on where the call that gave the state ended."]
    own = [f"`{name}.py`" for name in own_code.files(take.document, take.base)]
    if own:
        rows += ["", f"`model.py` imports classes from {' and '.join(own)}, your own code, which lies beside it."]
    if trains and given(program):
        rows += ["", f"`{FILE}` holds the weights of published networks that `train.py` begins with."]
    if trains:
        rows += ["", "`python train.py` trains it anew on `data.pt` and writes `trained.pt`."]
    return "\n".join(rows) + "\n"


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _zip(folder: Path, out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{folder.name}/{file.name}")
