"""Keys by name, kept small: nearly every name has few, and a tuple is much smaller than a dict."""

from typing import TypeAlias

FEW = 4
"""Up to so many keys are a tuple."""

Some: TypeAlias = tuple[str, ...] | dict[str, None]
"""Keys in the order in which they came, none of them twice."""


def put_in(all: dict[str, Some], name: str, key: str) -> None:
    known = all.get(name, ())
    if isinstance(known, dict):
        known[key] = None
    elif key not in known:
        all[name] = (*known, key) if len(known) < FEW else dict.fromkeys((*known, key))


def take_out(all: dict[str, Some], name: str, key: str) -> None:
    """A key that is not there is no error."""
    known = all.get(name, ())
    if isinstance(known, dict):
        known.pop(key, None)
    else:
        known = all[name] = tuple(other for other in known if other != key)
    if not known:
        all.pop(name, None)
