"""The picture of the bench's figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.plots import draw, names

QUICK = {
    "ask_over_floor": 1.05, "batch_speedup": 1.53, "reingest_speedup": 5156.0,
    "crowd_1_per_second": 9.0, "crowd_1_p95_ms": 140.0, "crowd_1_errors": 0,
    "crowd_32_per_second": 18.0, "crowd_32_p95_ms": 2100.0, "crowd_32_over_one": 2.0,
    "peer_ours_hit_1": 0.9, "peer_ours_hit_3": 1.0, "peer_ours_words": 80, "peer_ours_ms": 60.0,
    "peer_theirs_hit_1": 1.0, "peer_theirs_hit_3": 1.0, "peer_theirs_words": 700,
    "peer_theirs_ms": 12.0,
}  # fmt: skip
FULL = QUICK | {
    f"growth_{size}_ask_{quantile}_ms": size / 1000 + extra
    for size in (1000, 100_000)
    for quantile, extra in (("p50", 60), ("p95", 90))
}


@pytest.mark.parametrize("figures", [QUICK, FULL], ids=["quick", "full"])
def test_a_run_of_the_bench_becomes_a_picture(figures, tmp_path: Path):
    path = tmp_path / "results" / "bench.png"
    draw(figures, path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_panels_show_what_was_measured_and_no_more():
    assert names(FULL, "ratios") == [
        "ask_over_floor", "batch_speedup", "crowd_32_over_one", "reingest_speedup",
    ]  # fmt: skip
    assert names(FULL, "peers") == ["ours", "theirs"]
    assert names(FULL, "crowd") == ["1", "32"]
    assert names(FULL, "growth") == ["1000", "100000"]
    assert names(QUICK, "growth") == []
