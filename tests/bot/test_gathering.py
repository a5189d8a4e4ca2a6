"""Work that comes together is done together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.gathering import Gathering


class Worker:
    """Doubles numbers, one group at a time, and holds the first group up until it may go on."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go = threading.Event()

    def __call__(self, group: Sequence[int]) -> list[int]:
        self.groups.append(list(group))
        assert self.go.wait(10)
        if 13 in group:
            raise ValueError("13 is not done")
        return [2 * one for one in group]


def come(gathering: Gathering[int, int], worker: Worker, numbers: Sequence[int]) -> list[object]:
    """Send the first number alone and the others while it is at work; results, or errors."""
    with ThreadPoolExecutor(len(numbers)) as pool:
        running = [pool.submit(gathering.do, numbers[0], worker)]
        while not worker.groups:
            pass
        running += [pool.submit(gathering.do, number, worker) for number in numbers[1:]]
        while len(gathering._waiting) < len(numbers) - 1:
            pass
        worker.go.set()
        return [one.exception() or one.result() for one in running]


def test_one_alone_is_done_at_once() -> None:
    worker = Worker()
    worker.go.set()
    assert Gathering[int, int]().do(4, worker) == 8
    assert worker.groups == [[4]]


def test_those_that_come_meanwhile_are_done_in_one_go_and_get_their_own_results() -> None:
    worker = Worker()
    assert come(Gathering(), worker, range(9)) == [2 * n for n in range(9)]
    assert worker.groups[0] == [0]
    assert sorted(worker.groups[1]) == list(range(1, 9))
    assert len(worker.groups) == 2


def test_a_group_is_no_larger_than_it_may_be() -> None:
    worker = Worker()
    assert come(Gathering(3), worker, range(8)) == [2 * n for n in range(8)]
    assert [len(group) for group in worker.groups] == [1, 3, 3, 1]


def test_one_that_fails_does_not_fail_the_others() -> None:
    worker = Worker()
    results = come(Gathering(), worker, [1, 12, 13, 14])
    assert [results[n] for n in (0, 1, 3)] == [2, 24, 28]
    assert isinstance(results[2], ValueError)


def test_one_that_fails_alone_raises_its_error() -> None:
    worker = Worker()
    worker.go.set()
    gathering: Gathering[int, int] = Gathering()
    with pytest.raises(ValueError, match="13 is not done"):
        gathering.do(13, worker)
    assert gathering.do(2, worker) == 4
