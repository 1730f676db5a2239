"""A table as text."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], indent: str = "  ") -> list[str]:
    """Rows of cells in aligned columns.

    Args:
        right: of each column, whether it is aligned to the right.
    """
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for row in rows:
        padded = (
            " " * (wide - cell_len(cell)) + cell if to_the_right else set_cell_size(cell, wide)
            for cell, wide, to_the_right in zip(row, widths, right, strict=True)
        )
        lines.append((indent + "  ".join(padded)).rstrip())
    return lines
