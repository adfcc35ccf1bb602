"""An entry of a kernel without axes does not hang on those beside it, though tiles go over to double."""

from __future__ import annotations

import numpy as np
import pytest

#: What float is not good enough for, for one kernel or another.
RARE = np.array(
    [
        np.nan,
        np.inf,
        -np.inf,
        3e38,
        -3e38,
        1e30,
        -1e30,
        1e-42,
        -1e-42,
        100,
        -100,
        14,
        -14,
        -90,
        -104,
        0,
        -0.0,
    ],
    dtype=np.float32,
)


@pytest.fixture
def elementwise(served):
    if served.kernel.dims or served.kernel.labels or served.target == "numpy":
        pytest.skip("no C kernel without axes")
    return served


def bits(x):
    return np.asarray(x).view(np.uint32)


def test_entries_beside_rare_ones_keep_their_bits(elementwise):
    rng = np.random.default_rng(1)
    given = [rng.standard_normal(700).astype(np.float32) for _ in elementwise.kernel.arguments]
    plain = bits(elementwise.call(*given)).copy()
    for number in range(len(given)):
        changed = [x.copy() for x in given]
        places = rng.choice(700, RARE.size, replace=False)
        changed[number][places] = RARE
        got = np.asarray(elementwise.call(*changed))
        kept = np.ones(700, dtype=bool)
        kept[places] = False
        assert (bits(got)[kept] == plain[kept]).all()
        for place in places:
            alone = elementwise.call(*(x[place] for x in changed))
            assert bits(np.float32(alone)) == bits(got[place]) or np.isnan(alone) == np.isnan(got[place]) == 1


def test_in_place_and_tiles_of_all_sizes_give_the_same_bits(elementwise):
    rng = np.random.default_rng(2)
    given = [(8 * rng.standard_normal(1100)).astype(np.float32) for _ in elementwise.kernel.arguments]
    given[0][rng.choice(1100, RARE.size, replace=False)] = RARE
    with np.errstate(all="ignore"):
        want = bits(elementwise.call(*given)).copy()
    for size in (1, 31, 32, 33, 255, 256, 257, 300, 1000):
        for start in (0, 7, 100):
            got = bits(elementwise.call(*(x[start : start + size] for x in given)))
            same = want[start : start + size]
            assert ((got == same) | (np.isnan(got.view(np.float32)) & np.isnan(same.view(np.float32)))).all()
    here = [x.copy() for x in given]
    got = bits(elementwise.call(*here, out=here[0]))
    assert ((got == want) | (np.isnan(got.view(np.float32)) & np.isnan(want.view(np.float32)))).all()
