"""What a run shows of its network while it learns: for a few rows that stay the same, what it makes of them.

`samples/about.json` tells what is shown, `samples/given.npz` holds what does not change with the epochs (what goes
in, what should come out), `samples/000012.npz` what came out after epoch 12. It needs no torch.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.protocol import write_bytes, write_text

FOLDER, ABOUT, GIVEN = "samples", "about.json", "given.npz"

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One output of a network that can be seen.

    `form` is `pictures` (rows, channels, height, width), `masks` (rows, height, width: class numbers below `classes`)
    or `points` (rows, 2). `given`, `wanted`: whether something that goes in, or should come out, is kept beside it.
    """

    name: str
    form: str
    classes: int = 0
    given: bool = False
    wanted: bool = False


class Samples:
    """The samples of one run folder, read while they grow or later."""

    def __init__(self, run: Path) -> None:
        self.folder = run / FOLDER

    @cached_property
    def _about(self) -> list[Shown]:
        held = json.loads((self.folder / ABOUT).read_text(encoding="utf-8"))
        return [Shown(**one) for one in held]

    def shown(self) -> list[Shown]:
        """What there is to see; nothing where there is nothing, or not yet."""
        try:
            return self._about
        except (OSError, ValueError, TypeError):
            return []

    def epochs(self) -> list[int]:
        """The epochs after which samples were kept, in order."""
        try:
            names = [path.stem for path in self.folder.glob("*.npz")]
        except OSError:
            return []
        return sorted(int(name) for name in names if name.isdigit())

    def after(self, epoch: int) -> Arrays:
        """What came out after an epoch, by the name of the output."""
        return _read(self.folder / f"{epoch:06d}.npz")

    def given(self) -> Arrays:
        """`NAME.given` and `NAME.wanted` of outputs that have such."""
        return _read(self.folder / GIVEN)

    # --- writing

    def begin(self, shown: list[Shown], given: Arrays) -> None:
        """Says what will be shown."""
        self.folder.mkdir(exist_ok=True)
        write_bytes(self.folder / GIVEN, _packed(given))
        write_text(self.folder / ABOUT, json.dumps([asdict(one) for one in shown], indent=1))

    def keep(self, epoch: int, came: Arrays) -> None:
        write_bytes(self.folder / f"{epoch:06d}.npz", _packed(came))

    def drop(self, epochs: list[int]) -> None:
        for epoch in epochs:
            (self.folder / f"{epoch:06d}.npz").unlink(missing_ok=True)


def _packed(arrays: Arrays) -> bytes:
    held = BytesIO()
    kept: dict[str, Any] = {name: small(array) for name, array in arrays.items()}
    np.savez_compressed(held, **kept)
    return held.getvalue()


def small(array: NDArray[Any]) -> NDArray[Any]:
    """As few bytes as the eye needs: half precision, or a byte for a class."""
    return array.astype(np.float16) if array.dtype.kind == "f" else array.astype(np.uint8)


def _read(path: Path) -> Arrays:
    try:
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, zipfile.BadZipFile):
        return {}
