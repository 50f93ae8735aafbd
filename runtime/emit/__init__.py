"""Writes the source of a drawing, model.py and train.py; needs no torch."""

from runtime.emit.model import model
from runtime.emit.source import Source
from runtime.emit.train import train

__all__ = ["Source", "model", "train"]
