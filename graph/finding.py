"""How well something fits what somebody types: a kind by its name and title first, then by the words that people use
for it; a command by its words, or by letters that begin them."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.spec import Kind

COMMON = 0.5
"""By how much one of the common kinds comes before others that fit as well."""

LETTERS, MOST_LETTERS = 5.0, 8
"""How far a text is that is found by letters alone, and of how many such a search consists at most."""

FAMILY, PART = 1.0, 4.0
"""How far a kind is from the name of its family, and from a part of that name."""


def score(kind: type[Kind], typed: str) -> float | None:
    """How far a kind is from what was typed, in one phrase or word by word; None if a word fits nothing of it."""
    called, words = _called(kind.__name__, kind.title, kind.words), _plain(typed)
    if words in (called[0], called[2]):
        return -10.0  # its very name, or title
    if words.replace(" ", "") in called[:2]:
        return -9.0
    found = [_nearest(called, kind.family, words), _each(called, kind.family, words.split())]
    near = min((distance for distance in found if distance is not None), default=None)
    return None if near is None else near - COMMON * kind.common


def near(called: str, typed: str) -> float | None:
    """How far a text is from what was typed: the phrase, its words in any order, or letters that begin its words
    (`dlr` finds "Delete and reconnect")."""
    name, words = _plain(called), _plain(typed)
    found = [_nearest((name,), "", words), _each((name,), "", words.split()), _letters(name, words.replace(" ", ""))]
    return min((distance for distance in found if distance is not None), default=None)


def _letters(name: str, letters: str) -> float | None:
    """The distance by letters, each of which follows the one before it or begins a word."""
    if not 2 <= len(letters) <= MOST_LETTERS:
        return None
    wanted = r"\b" + r"(?:.*\b)?".join(map(re.escape, letters))
    found = re.search(wanted, name)
    return None if found is None else LETTERS + 0.05 * found.start() + 0.01 * len(name)


def _each(called: tuple[str, ...], family: str, words: list[str]) -> float | None:
    """The distances of all words together."""
    found = [distance for word in words if (distance := _nearest(called, family, word)) is not None]
    return sum(found) if len(found) == len(words) else None


def _nearest(called: tuple[str, ...], family: str, words: str) -> float | None:
    """How far a phrase is from the nearest of a kind's names and synonyms."""
    close = words.replace(" ", "")
    found = [_distance(close if at < 2 else words, name, at) for at, name in enumerate(called)]
    if words in family:
        found.append(FAMILY if words == family or words == f"{family}s" else PART)
    return min((distance for distance in found if distance is not None), default=None)


def _distance(words: str, name: str, at: int) -> float | None:
    """How far a phrase is from one name: the first three are the kind's own, the others what people say."""
    if words not in name:
        return None
    own = at < OWN
    if name == words:
        start = 0.0 if own else 0.6
    elif name.startswith(words):
        start = 0.8 if own else 1.6
    elif f" {words}" in name:
        start = 1.2 if own else 2.0
    else:
        start = 2.2 if own else 2.6
    return start + 0.02 * at + 0.01 * len(name)


OWN = 3
"""Name and title without blanks, so that "max pool" finds MaxPool2d, and the title with them."""


@lru_cache(1024)
def _called(name: str, title: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """All that a kind is called, in the form in which it is compared."""
    return (name.casefold(), _plain(title).replace(" ", ""), _plain(title), *map(_plain, words))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").replace("–", " ").split())
