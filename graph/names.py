"""What a node may be called: names become attributes of the module in `model.py` and keys of its weights."""

import keyword
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

from graph.document import Document
from graph.spec import Kind
from graph.writing import own_birth

_MODULE = """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches
    eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict
    modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""
MODULE = frozenset(_MODULE.split())
"""Public names of torch's `nn.Module`: an attribute of such a name would silently replace the method."""

SOURCE = frozenset(("torch", "nn", "F", "self", "net", "extras", "state", "lengths"))
"""Words that the generated source uses itself."""


def why_not(id: str) -> str | None:
    """Why a node cannot be called so, as the end of a sentence; None if it can."""
    if not id:
        return "a name is needed"
    if not id.isidentifier() or unicodedata.normalize("NFKC", id) != id:
        return "a name is made of letters, digits and _, and does not begin with a digit"
    if id.startswith("_"):
        return "a name does not begin with _"
    if keyword.iskeyword(id):
        return f"{id} is a word of Python"
    if id in MODULE:
        return f"{id} is a word of PyTorch's modules"
    if id in SOURCE:
        return f"{id} is a word that the generated source uses itself"
    return None


def legal(id: str, doc: Document) -> str:
    """The nearest name that a node can have and that no node has."""
    return Namer(doc).legal(id)


def unused(id: str, doc: Document) -> str:
    """This name if it is legal and free, else the same with the next number that is."""
    return Namer(doc).unused(id)


NEAR = 16
"""Numbers that are tried one by one."""


class Namer:
    """Names many new nodes of a document, none of which goes meanwhile: what was found taken is not tried again."""

    def __init__(self, doc: Document) -> None:
        self._doc = doc
        self._taken: dict[str, tuple[int, int]] = {}
        """By stem, the numbers from one to another that have no room."""

    def legal(self, id: str) -> str:
        """The nearest name that a node can have and that no node has."""
        if not why_not(id):
            return self.unused(id)
        letters = unicodedata.normalize("NFKC", id[:60])
        text = re.sub("_+", "_", "".join(c if f"n{c}".isidentifier() else "_" for c in letters)).strip("_")
        text = text if text[:1].isidentifier() or not text else f"n{text}"
        return self.unused(text or "node")

    def unused(self, id: str) -> str:
        """This name if it is legal and free, else the same with the next number that is."""
        if is_free(id, self._doc) and not why_not(id):
            return id
        stem = id.rstrip("0123456789")
        first = int(id[len(stem) :][:9] or 1) + 1
        if stem not in self._taken and why_not(f"{stem}{10**9}"):
            stem = "node"
        low, high = self._taken.get(stem, (first, 0))
        low, start = (low, high + 1) if low <= first <= high else (first, first)
        found = _free_number(lambda n: is_free(f"{stem}{n}", self._doc) and not why_not(f"{stem}{n}"), start)
        self._taken[stem] = low, found
        return f"{stem}{found}"


def _free_number(free: Callable[[int], bool], first: int) -> int:
    """The first free number; far out one behind a taken one, found by halving (drawings with thousands of neurons)."""
    for n in range(first, first + NEAR):
        if free(n):
            return n
    low, high = first + NEAR - 1, 2 * (first + NEAR - 1)
    while not free(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if free(middle) else (middle, high)
    return high


def fresh(kind: type[Kind], doc: Document) -> str:
    """The name of a new node of a kind: `fc1`, `fc2`; `adam`, `adam2`."""
    stem = kind.stem or re.sub(r"\d+d$", "", kind.__name__).lower()
    return unused(f"{stem}1" if kind.numbered else stem, doc)


def is_free(id: str, doc: Document) -> bool:
    """Whether no node is called so, and no wire of the file waits for a node of this name."""
    return not doc.is_called(id) and (doc.has_node(id) or not doc.ends(id))


def unused_born(id: str, doc: Document) -> str:
    """The birth name of a new node: its name behind that of its block, or `fc1~2` where a renamed node was born so."""
    own = own_birth(doc.block, id)
    if own not in doc.records:
        return own
    return f"{own}~{_free_number(lambda n: f'{own}~{n}' not in doc.records, 2)}"


def block_id(doc: Document, stem: str) -> str:
    """A name for a new block: the stem, or the stem with a number; no kind of node is called so."""
    return next(id for id in _numbered(stem) if id not in doc.catalogue and not why_not(id))


def block_born(doc: Document, stem: str) -> str:
    """The birth name of a new block."""
    births = {block.born for block in doc.blocks()}
    return next(born for born in _numbered(stem) if born not in births)


def _numbered(stem: str) -> Iterator[str]:
    stem = stem if not why_not(stem) else "Block"
    yield stem
    yield from (f"{stem}{n}" for n in count(2))
