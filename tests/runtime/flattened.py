"""Small drawings with blocks and loops for tests, and what they compile to."""

import json
from typing import Any

import torch

from graph import project
from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from runtime import emit
from runtime.build import build
from runtime.program import Program


def node(id: str, kind: str, **params: Any) -> dict[str, Any]:
    """A node as the file holds it."""
    placing = {name: params.pop(name) for name in ("shares", "repeat") if name in params}
    return {"id": id, "kind": kind, "params": params, **placing}


def block(nodes: list[Any], wires: list[Any], **params: Any) -> dict[str, Any]:
    """A definition as the file holds it."""
    return {"params": params, "nodes": nodes, "wires": wires}


def drawing(nodes: list[Any], wires: list[Any], blocks: dict[str, Any] | None = None) -> Document:
    text = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires, "blocks": blocks or {}}
    return project.parse(json.dumps(text), standard())


def source_of(document: Document) -> str:
    return emit.model(Program(Reading(document))).text


def net_of(document: Document) -> Any:
    """The executed Net, in double precision."""
    torch.manual_seed(0)
    return build(source_of(document)).net().double().eval()


def errors(document: Document) -> list[str]:
    return [found.message for found in Reading(document).diagnostics() if found.level == "error"]
