"""Made scenes: discs, squares and triangles in any colour, with a mask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from graph.kinds.data_pictures import CLASSES_OF_SCENES
from runtime.data.table import Array, Table


def read(kind: Any, base: Path) -> Table:
    """x is (scenes, 3, size, size) from 0 to 1, y (scenes, size, size): 0 where there is no form."""
    chance = np.random.default_rng([kind.seed, 7])
    pictures = np.empty((kind.samples, 3, kind.size, kind.size), dtype=np.float32)
    masks = np.zeros((kind.samples, kind.size, kind.size), dtype=np.int64)
    for picture, mask in zip(pictures, masks, strict=True):
        picture[:] = chance.uniform(0.0, 1.0, (3, 1, 1))
        for _ in range(chance.integers(1, kind.most + 1)):
            _add(picture, mask, chance)
    noisy = pictures + chance.normal(0.0, kind.noise, pictures.shape) if kind.noise > 0 else pictures
    return Table(noisy.clip(0.0, 1.0).astype(np.float32), masks, CLASSES_OF_SCENES)


def _add(picture: Array, mask: Array, chance: np.random.Generator) -> None:
    """Paints a form over what is there; its colour differs from the background in one channel at least."""
    side = mask.shape[0]
    form = int(chance.integers(1, len(CLASSES_OF_SCENES)))
    radius = chance.uniform(0.12, 0.25) * side
    row, column = chance.uniform(radius, side - radius, 2)
    inside = covers(form, side, row, column, radius)
    colour = chance.uniform(0.0, 1.0, 3)
    channel = int(chance.integers(3))
    colour[channel] = (picture[channel, 0, 0] + chance.uniform(0.35, 0.65)) % 1.0
    picture[:, inside] = colour[:, None]
    mask[inside] = form


def covers(form: int, side: int, row: float, column: float, radius: float) -> Array:
    """The pixels, by their middles, that a form around a point covers; a triangle stands on its base."""
    y, x = np.mgrid[:side, :side] + 0.5
    down, across = y - row, np.abs(x - column)
    if form == 1:
        inside: Array = down**2 + across**2 <= radius**2
    elif form == 2:
        inside = np.maximum(np.abs(down), across) <= radius * 0.8
    else:
        inside = (np.abs(down) <= radius) & (across <= (down + radius) / 2)
    return inside
