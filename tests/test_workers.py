"""Work in several processes: the same results in the same order, and errors where they belong."""

from __future__ import annotations

import os

import pytest

from symderiv.errors import InputError
from symderiv.workers import cores, in_order


def squared(n: int) -> tuple[int, int]:
    if n == 20:
        raise InputError("usage", "twenty is not wanted")
    return n * n, os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_results_come_in_order(jobs):
    found = list(in_order(squared, range(16), jobs))
    assert [n for n, _ in found] == [n * n for n in range(16)]
    assert (os.getpid() in {pid for _, pid in found}) == (jobs == 1 or cores() == 1)


def test_few_pieces_stay_in_this_process():
    assert {pid for _, pid in in_order(squared, range(7), 4)} == {os.getpid()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_piece_is_raised(jobs):
    with pytest.raises(InputError, match="twenty"):
        list(in_order(squared, range(40), jobs))


def test_nothing_to_do():
    assert list(in_order(squared, [], 2)) == []
