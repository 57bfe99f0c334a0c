"""Numbers as text for reports."""

import math

NOTHING = "–"
#: Keeps a number and its unit on one line.
SPACE = "\u00a0"


def count(value: float | None) -> str:
    """Format a count with thousands separators, e.g. ``8,429``; fractions keep three digits."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def number_of(value: float, noun: str) -> str:
    """Return a count with its noun: ``1 patient``, ``12 patients``."""
    return f"{count(value)} {noun}" + ("" if value == 1 else "s")


def percent(value: float | None) -> str:
    """Format a proportion in [0, 1] as a percentage with one decimal, without the percent sign."""
    return NOTHING if value is None or not math.isfinite(value) else f"{100 * value:.1f}"


def points(value: float | None) -> str:
    """Format a difference of proportions as signed percentage points, e.g. ``+1.8``."""
    if value is None or not math.isfinite(value):
        return NOTHING
    text = f"{100 * value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")


def p_value(value: float | None) -> str:
    """Format a p-value with two digits, e.g. ``0.031`` or ``< 0.001``."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value < 0.001:
        return f"<{SPACE}0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def duration(seconds: float) -> str:
    """Format a duration in its two largest units, e.g. ``1 h 12 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def memory(mebibytes: float) -> str:
    """Format an amount of memory, e.g. ``1.4 GiB``."""
    if not mebibytes:
        return NOTHING
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1024 else f"{mebibytes:.0f} MiB"


def title(name: str) -> str:
    """Turn a name such as ``non_tumor`` into readable text."""
    return name.replace("_", "-" if name.startswith("non_") else " ")


def listing(items: list[str]) -> str:
    """Join items as in a sentence: ``a, b and c``."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
