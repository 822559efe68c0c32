from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.exchange.layers.depths import depth_rank, spans_ranks
from kurume_bousai.exchange.layers.recognisers import recognisers


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("0.3m未満", 1), ("0.3m以上0.5m未満", 1), ("0.5m以上1m未満", 2), ("1m以上3m未満", 2),
        ("3m以上5m未満", 3),
        ("5m以上10m未満", 4), ("10m以上20m未満", 5), ("20m以上", 6), ("1.0～2.0m", 2), ("0.3〜1.0m", 2),
        ("０．５ｍ以上３．０ｍ未満", 2), ("50cm未満", 1), ("2m以上5m未満", 3), ("5m以上", 4),
        ("不明", None), ("", None), (None, None), (3, None),
    ],
)  # fmt: skip
def test_words_of_depth(text: object, rank: int | None) -> None:
    assert depth_rank(text) == rank


def test_a_range_over_a_border_takes_the_deeper_rank_and_says_so() -> None:
    assert (depth_rank("2m以上5m未満"), spans_ranks("2m以上5m未満")) == (3, True)
    assert not spans_ranks("1m以上3m未満")


@given(
    st.floats(0.01, 30).map(lambda number: round(number, 2)), st.floats(0.01, 5).map(lambda n: round(n, 2))
)
def test_a_rank_never_hides_the_deepest_water(lower: float, width: float) -> None:
    bounds = (0.5, 3.0, 5.0, 10.0, 20.0, float("inf"))
    rank = depth_rank(f"{lower}m以上{round(lower + width, 2)}m未満")
    assert rank is not None
    assert bounds[rank - 1] >= round(lower + width, 2)


def test_every_recogniser_is_whole() -> None:
    known = recognisers()
    assert {"N03", "A27", "A31a", "A31b", "A33", "A49", "A51", "P04", "P14", "P29", "N13", "W05"} <= set(
        known.datasets
    )
    for one in known.layers:
        assert one.dataset in known.datasets
        assert one.needs
        for column in (one.value, one.level):
            assert column is None or column.codes == "depth_text" or column.codes in known.codes
    assert all(dataset.attribution and dataset.licence for dataset in known.datasets.values())
    assert set(known.codes["depth"]) == {1, 2, 3, 4, 5, 6}
    assert set(known.codes["duration"]) == {1, 2, 3, 4, 5, 6, 7}
