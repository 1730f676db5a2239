"""What was measured, as rows of a table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One number with its target.

    Attributes:
        what: was measured.
        found: the number, with its unit.
        target: likewise.
        reached: whether the number keeps to its target.
    """

    what: str
    found: str
    target: str
    reached: bool


def at_least(what: str, found: float, target: float, unit: str) -> Figure:
    """A figure that should be large, such as a ratio."""
    return Figure(what, short(found) + unit, f"≥ {target:,g}{unit}", found >= target)


def at_most(what: str, found: float, target: float, unit: str) -> Figure:
    """A figure that should be small, such as seconds."""
    return Figure(what, short(found) + unit, f"≤ {target:,g}{unit}", found <= target)


def short(value: float) -> str:
    """Three digits, as whole numbers where they are large."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
