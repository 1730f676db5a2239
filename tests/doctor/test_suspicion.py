from descenso.doctor.suspicion import number
from descenso.i18n import use_language


def test_numbers_in_sentences_have_the_decimal_mark_of_the_language():
    assert number(0.12345) == "0.123"
    use_language("es")
    assert number(0.12345) == "0,123"
