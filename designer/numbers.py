"""Numbers as they are read on screen: short, and with the same number of digits wherever they stand."""

from __future__ import annotations

import math


def power_text(value: float) -> str:
    """A large or small number, short: 2.5M, 3·10⁻⁵."""
    if value == 0:
        return "0"
    if 1e3 <= abs(value) < 1e12:
        size, letter = next((s, m) for s, m in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if abs(value) >= s)
        return f"{value / size:g}{letter}"
    mantissa, exponent = f"{value:.3e}".split("e")
    digits = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    short = f"{float(mantissa):g}"
    return f"10{digits}" if short == "1" else f"{short}·10{digits}"


def time_text(seconds: float) -> str:
    """A length of time, short: 0.25 s, 45 s, 2:05, 1:02:05."""
    if seconds < 60:
        return f"{seconds:.3g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def value_text(value: float) -> str:
    """A figure as it is read out: four significant digits."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "-∞"}.get(value, "not a number")
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.4f}" if abs(value) < 10 else f"{value:.5g}"
    return power_text(value)


def ago(seconds: float) -> str:
    """How long ago something was, in words."""
    for size, one in ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {one}{'' if count == 1 else 's'} ago"
    return "just now"
