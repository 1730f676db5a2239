"""Encodings of features, one file for each kind of column."""

from typing import Annotated

from pydantic import Field

from descenso.data.encoding.features.boolean import BooleanFeature
from descenso.data.encoding.features.category import CategoryFeature
from descenso.data.encoding.features.date import DateFeature
from descenso.data.encoding.features.number import NumberFeature

Feature = Annotated[
    NumberFeature | BooleanFeature | CategoryFeature | DateFeature, Field(discriminator="kind")
]

__all__ = ["BooleanFeature", "CategoryFeature", "DateFeature", "Feature", "NumberFeature"]
