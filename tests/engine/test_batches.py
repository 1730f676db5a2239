import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from descenso.engine.batches import order

seeds = st.integers(0, 2**32)


@given(
    seed=seeds,
    epoch=st.integers(0, 10_000),
    rows=st.integers(1, 200),
    shuffle=st.booleans(),
    batch_size=st.integers(1, 250),
    padding=st.integers(0, 5),
)
def test_every_row_is_visited_exactly_once_and_only_the_last_batch_is_short(
    seed, epoch, rows, shuffle, batch_size, padding
):
    batches = order(seed, epoch, rows, shuffle, batch_size, batch_size + padding)
    assert batches.dtype == np.int32
    assert batches.shape == (int(np.ceil(rows / batch_size)), batch_size + padding)
    assert sorted(batches[batches >= 0]) == list(range(rows))
    in_batch = (batches >= 0).sum(axis=1)
    assert (in_batch[:-1] == batch_size).all()
    # Padding stands at the end of a batch, so that a batch's rows lie together.
    assert all((batch[:n] >= 0).all() for batch, n in zip(batches, in_batch, strict=True))


def test_without_shuffling_rows_come_in_the_order_of_the_table():
    assert order(0, 3, 5, False, 2, 4).tolist() == [[0, 1, -1, -1], [2, 3, -1, -1], [4, -1, -1, -1]]


@given(seed=seeds, epoch=st.integers(0, 1000))
def test_an_epoch_s_order_depends_on_nothing_but_seed_and_epoch(seed, epoch):
    first = order(seed, epoch, 50, True, 8, 8)
    order(seed, epoch + 1, 50, True, 8, 8)
    assert (order(seed, epoch, 50, True, 8, 8) == first).all()


def test_seeds_and_epochs_give_different_orders():
    drawn = {order(s, e, 50, True, 50, 50).tobytes() for s in range(10) for e in range(10)}
    assert len(drawn) == 100


def test_every_row_is_equally_likely_to_come_first():
    firsts = np.bincount([order(0, e, 4, True, 4, 4)[0, 0] for e in range(4000)])
    # Four standard deviations of a binomial with p = 1/4.
    assert (abs(firsts - 1000) < 4 * np.sqrt(4000 / 4 * 3 / 4)).all()


def test_the_batch_size_changes_the_batches_but_not_the_order():
    by_two, by_five = order(7, 1, 10, True, 2, 2), order(7, 1, 10, True, 5, 5)
    assert by_two.ravel().tolist() == by_five.ravel().tolist()
