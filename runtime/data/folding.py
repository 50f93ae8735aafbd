"""Which rows a fold trains with and which it holds out: scikit-learn's own splits of all rows but those of the test."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.kinds.data_pairs import Pairs
from graph.windows import Windowed
from runtime.data.table import Array, DataError, Parts
from runtime.studies.plans import Fold
from runtime.words import amount

Split = dict[str, Array]


def refuse(kind: Any) -> None:
    """Raises DataError where rows cannot be dealt out by chance without telling what is held out."""
    if isinstance(kind, Windowed):
        raise DataError(
            "Its windows follow one another in time. Folds by chance would train with what comes later, and even with "
            "values that are held out. Its validation part, which lies behind the training part, is the fair judge."
        )
    if isinstance(kind, Pairs):
        raise DataError("It makes pairs of its rows, so that what is held out would be trained with in other pairs.")


def fold_rows(split: Split, fold: Fold, labels: Array | None) -> Split:
    """The parts of a fold, from those of the drawing: the test part stays, the others are dealt out anew.

    `labels` has the class of each row of the table, where it has classes.
    """
    pool = np.sort(np.concatenate([split["train"], split["validation"]]))
    train, held = dealt(len(pool), fold, None if labels is None else labels[pool])
    return {"train": pool[train], "validation": pool[held], "test": split["test"]}


def fold_parts(parts: Parts, fold: Fold) -> Parts:
    """The same for rows that are split already: those of training first, then those of validation."""
    pool = {port: np.concatenate([rows, parts.rows["validation"][port]]) for port, rows in parts.rows["train"].items()}
    y = pool.get("y")
    labels = y if parts.classes and y is not None and y.ndim == 1 else None
    train, held = dealt(len(next(iter(pool.values()))), fold, labels)
    rows = {"train": {port: rows[train] for port, rows in pool.items()},
            "validation": {port: rows[held] for port, rows in pool.items()}, "test": parts.rows["test"]}  # fmt: skip
    return Parts(rows, parts.classes, parts.columns, parts.messages, vocabulary=parts.vocabulary)


def dealt(rows: int, fold: Fold, labels: Array | None) -> tuple[Array, Array]:
    """Numbers of the rows to train with and of those held out. Raises DataError."""
    from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold

    _refuse_few(rows, fold, labels)
    kind = RepeatedStratifiedKFold if fold.stratified else RepeatedKFold
    splits = kind(n_splits=fold.folds, n_repeats=fold.repeat + 1, random_state=fold.seed).split(np.zeros(rows), labels)
    *_, (train, held) = (split for split, _ in zip(splits, range(fold.repeat * fold.folds + fold.at + 1), strict=False))
    return train, held


def _refuse_few(rows: int, fold: Fold, labels: Array | None) -> None:
    if fold.folds > rows:
        raise DataError(f"{fold.folds} folds of {amount(rows, 'row')} are too many: take {max(2, rows)} at most.")
    if not fold.stratified:
        return
    if labels is None:
        raise DataError("Stratified folds need one class for each row. Take folds without it.")
    fewest = int(np.unique(labels, return_counts=True)[1].min())
    if fewest < fold.folds:
        raise DataError(
            f"One class has only {amount(fewest, 'row')}, too few to be in each of {fold.folds} folds: take "
            f"{max(2, fewest)} folds at most, or folds that are not stratified."
        )
