"""Shapes come back as they were packed, to a tenth of a metre."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.mapview.packing import pack, unpack

corner = st.tuples(st.floats(-180, 180), st.floats(-85, 85))
ring = st.lists(corner, min_size=2, max_size=30)
parts = st.lists(st.lists(ring, min_size=1, max_size=4), max_size=6)


@given(parts)
def test_what_is_packed_comes_back(shapes: list[list[list[tuple[float, float]]]]) -> None:
    packed = pack([[np.array(one) for one in part] for part in shapes])
    back = list(unpack(packed))
    assert [[len(one) for one in part] for part in back] == [[len(one) for one in part] for part in shapes]
    for part, kept in zip(shapes, back, strict=True):
        for one, other in zip(part, kept, strict=True):
            assert np.allclose(one, other, atol=0.51e-6)


def test_no_bytes_are_no_shapes() -> None:
    assert list(unpack(b"")) == []
    assert list(unpack(pack([]))) == []
