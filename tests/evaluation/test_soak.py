"""How the soak tells growth from noise."""

from __future__ import annotations

import random

import pytest

from tests.evaluation.soak import SETTLED, settled, theil_sen

MB = 1_000_000


def looks(growth: float, noise: float = 0.0, number: int = 60, spikes: int = 0) -> list[int]:
    """Memory a second, from 900 MB on: growing by `growth` MB, give or take `noise`."""
    chance = random.Random(8)
    found = [round((900 + growth * i + chance.uniform(-noise, noise)) * MB) for i in range(number)]
    for i in chance.sample(range(number), spikes):
        found[i] += 200 * MB
    return found


@pytest.mark.parametrize("growth", [0.0, 1.0, 3.0])
def test_the_slope_is_found_under_noise_and_spikes(growth):
    assert theil_sen(looks(growth, noise=10, spikes=9)) / MB == pytest.approx(growth, abs=0.2)


def test_a_leak_never_settles():
    # 2 MB a second are 7 % of 900 MB in 30 s.
    assert not any(settled(looks(2.0, noise=3, number=n)) for n in range(2, 120))


def test_what_is_level_has_settled_after_enough_looks():
    level = looks(0.0, noise=3)
    assert not settled(level[: SETTLED + 1])
    assert settled(level)
