"""What `import descenso` offers: each name is there, and documented."""

import inspect

import pytest

import descenso


def test_the_public_names_are_those_that_the_documents_name():
    assert set(descenso.__all__) == {
        "Classifier",
        "Comparison",
        "Diagnosis",
        "InputError",
        "Inspection",
        "Recipe",
        "RecipeError",
        "Regressor",
        "Run",
        "RunError",
        "Sweep",
        "Table",
        "TableError",
        "compare",
        "diagnose",
        "inspect",
        "load",
        "read",
        "sweep",
        "train",
    }


@pytest.mark.parametrize("name", descenso.__all__)
def test_every_public_name_is_there_and_documented(name: str):
    assert inspect.getdoc(getattr(descenso, name))
    assert name in dir(descenso)


def test_everything_of_a_run_is_documented():
    attributes = inspect.getdoc(descenso.Run) or ""
    for name, member in inspect.getmembers(descenso.Run):
        if not name.startswith("_"):
            assert inspect.getdoc(member) or f"{name}:" in attributes, name


def test_every_field_of_a_recipe_is_a_keyword_of_train_and_no_other_argument_has_its_name():
    arguments = inspect.signature(descenso.train).parameters
    assert arguments["fields"].kind is inspect.Parameter.VAR_KEYWORD
    assert not set(arguments) & set(inspect.signature(descenso.Recipe).parameters)


def test_all_errors_are_input_errors_and_those_are_value_errors():
    for name in ("RecipeError", "RunError", "TableError"):
        assert issubclass(getattr(descenso, name), descenso.InputError)
    assert issubclass(descenso.InputError, ValueError)


def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import version

    assert descenso.__version__ == version("descenso")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'fit'"):
        _ = descenso.fit  # type: ignore[attr-defined]
