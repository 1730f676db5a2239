"""What is done to rows on purpose: columns on other scales, wrong labels, leaks and gaps."""

import numpy as np
import polars as pl

from benchmarks.doctor.problems import Change


def features(frame: pl.DataFrame) -> list[str]:
    """The columns but for the target."""
    return [name for name in frame.columns if name != "y"]


def scaled(factor: float, *names: str, offset: float = 0.0) -> Change:
    """Columns in another unit: those named, else all."""

    def change(_rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        chosen = names or features(frame)
        return frame.with_columns(pl.col(name) * factor + offset for name in chosen)

    return change


def scaled_target(factor: float, offset: float = 0.0) -> Change:
    """The target in another unit."""
    return scaled(factor, "y", offset=offset)


def heavy_tailed(sharpness: float = 1.0) -> Change:
    """The target's exponential: a few very large values, which the columns still explain."""

    def change(_rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns((pl.col("y") * sharpness).exp())

    return change


def sorted_by(name: str = "y", *, descending: bool = False) -> Change:
    """The rows in the order of a column."""

    def change(_rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sort(name, descending=descending, maintain_order=True)

    return change


def wrong_labels(share: float) -> Change:
    """A share of the rows gets one of the other classes."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        classes = frame["y"].unique().sort().to_list()
        codes = np.array([classes.index(each) for each in frame["y"]])
        wrong = rng.uniform(size=len(codes)) < share
        moved = (codes + rng.integers(1, len(classes), len(codes))) % len(classes)
        labels = [classes[code] for code in np.where(wrong, moved, codes)]
        return frame.with_columns(pl.Series("y", labels))

    return change


def random_target(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """The target in another order than the rows, so that they say nothing about it."""
    return frame.with_columns(pl.Series("y", frame["y"].to_numpy()[rng.permutation(frame.height)]))


def leaking(noise: float, name: str = "leak") -> Change:
    """A column that is the target and a little noise, or the code of its class."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        truth = _numbers(frame["y"])
        column = truth + noise * truth.std() * rng.standard_normal(len(truth))
        return frame.with_columns(pl.Series(name, column))

    return change


def leaking_code(wrong: float = 0.0, name: str = "code") -> Change:
    """A category that names the class in other words; a share of the rows has a wrong one."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        codes = _numbers(frame["y"]).astype(int)
        number = codes.max() + 1
        strays = rng.uniform(size=len(codes)) < wrong
        codes = np.where(strays, rng.integers(0, number, len(codes)), codes)
        return frame.with_columns(pl.Series(name, [f"group {code}" for code in codes]))

    return change


def without_knowledge(name: str) -> Change:
    """A column as it is before the target is known: its values in any order."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        values = frame[name].gather(rng.permutation(frame.height).tolist())
        return frame.with_columns(values.alias(name))

    return change


def without(*names: str) -> Change:
    """Columns left out."""

    def change(_rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.drop(names)

    return change


def outliers(share: float, factor: float) -> Change:
    """A share of the targets, made larger by a factor."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        y = frame["y"].to_numpy().copy()
        chosen = rng.permutation(len(y))[: max(1, round(share * len(y)))]
        y[chosen] *= factor
        return frame.with_columns(pl.Series("y", y))

    return change


def copies(name: str, number: int) -> Change:
    """Further copies of a column."""

    def change(_rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            pl.col(name).alias(f"{name}_copy{index + 1}") for index in range(number)
        )

    return change


def constants(number: int, value: float) -> Change:
    """Columns of one value."""

    def change(_rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            pl.lit(value).alias(f"constant{index + 1}") for index in range(number)
        )

    return change


def noise_columns(number: int) -> Change:
    """Columns of noise."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            pl.Series(f"noise{index + 1}", rng.standard_normal(frame.height))
            for index in range(number)
        )

    return change


def infinities(number: int, name: str, *, negative: bool = False) -> Change:
    """Some values of a column are infinite."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        values = frame[name].to_numpy().astype(float).copy()
        values[rng.permutation(len(values))[:number]] = -np.inf if negative else np.inf
        return frame.with_columns(pl.Series(name, values))

    return change


def shifted(by: float, *names: str) -> Change:
    """Columns moved: those named, else all."""
    return scaled(1.0, *names, offset=by)


def chained(*changes: Change) -> Change:
    """One change after the other."""

    def change(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
        for each in changes:
            frame = each(rng, frame)
        return frame

    return change


def _numbers(target: pl.Series) -> np.ndarray:
    """The target as numbers: of classes their codes."""
    if target.dtype.is_numeric():
        return target.to_numpy().astype(float)
    classes = target.unique().sort().to_list()
    return np.array([float(classes.index(each)) for each in target])
