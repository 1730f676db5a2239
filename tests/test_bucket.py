from hypothesis import given
from hypothesis import strategies as st

from descenso.layout import bucket, row_bucket


def test_the_first_buckets():
    buckets = sorted({bucket(size) for size in range(1, 65)})
    assert buckets == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64]


@given(st.integers(1, 2**40))
def test_a_bucket_holds_its_size_and_wastes_at_most_a_quarter(size):
    assert size <= bucket(size) <= 1.25 * size


@given(st.integers(1, 2**40))
def test_a_bucket_has_three_significant_bits_and_is_its_own_bucket(size):
    bits = bin(bucket(size))[2:]
    assert "1" not in bits[3:]
    assert bucket(bucket(size)) == bucket(size)


@given(st.integers(1, 2**40))
def test_rows_have_fewer_buckets_while_they_are_few(rows):
    assert rows <= row_bucket(rows)
    assert row_bucket(rows) == bucket(rows) if rows > 768 else row_bucket(rows) < max(2 * rows, 49)
    assert len({row_bucket(few) for few in range(1, 769)}) == 5
