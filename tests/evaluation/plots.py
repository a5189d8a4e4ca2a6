"""The bench's figures as a picture: `python -m tests.evaluation.plots bench.json picture.png`.

Draws what is there: ratios against their bars, peers side by side, users at once, growth.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Figures = Mapping[str, Any]

# A ratio's bar, and whether it is the most or the least that there may be.
BARS = {
    "ask_over_floor": (1.25, "most"),
    "ingest_over_encode": (1.15, "most"),
    "cold_start_over_import": (1.5, "most"),
    "growth_ask_p50_last_over_first": (2.0, "most"),
    "batch_speedup": (2.0, "least"),
    "crowd_32_over_one": (2.0, "least"),
    "reingest_speedup": (50.0, "least"),
}


def main() -> None:
    source, target = sys.argv[1:]
    kept = json.loads(Path(source).read_text())
    draw(kept.get("figures", kept), Path(target))


def draw(found: Figures, path: Path) -> None:
    """Write the picture of a run of the bench."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    panels = [p for p in (ratios, peers, crowd, growth) if names(found, p.__name__)]
    figure, axes = plt.subplots(1, len(panels), figsize=(5 * len(panels), 4.5), squeeze=False)
    for panel, at in zip(panels, axes[0], strict=True):
        panel(found, at)
    figure.tight_layout()
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def names(found: Figures, panel: str) -> list[str]:
    """What a panel shows: ratios, peers, numbers of users or of statements."""
    if panel == "ratios":
        return [name for name in BARS if name in found]
    pattern = {
        "peers": r"peer_(\w+)_hit_1", "crowd": r"crowd_(\d+)_per_second",
        "growth": r"growth_(\d+)_ask_p50_ms",
    }[panel]  # fmt: skip
    return [match[1] for name in found if (match := re.fullmatch(pattern, name))]


def ratios(found: Figures, at: Axes) -> None:
    """How much of its bar each ratio takes; whatever ends left of the line holds."""
    shown = names(found, "ratios")
    for row, name in enumerate(shown):
        bar, kind = BARS[name]
        share = found[name] / bar if kind == "most" else bar / found[name]
        at.barh(row, share, color="tab:green" if share <= 1 else "tab:red")
        at.text(0.02, row, f"{found[name]:g} (at {kind} {bar:g})", va="center", fontsize=8)
    at.axvline(1, color="0.3", linestyle="--")
    at.set_yticks(range(len(shown)), shown, fontsize=8)
    at.invert_yaxis()
    at.set(title="Ratios, as shares of their bars")


def peers(found: Figures, at: Axes) -> None:
    """Quality and time, with how many words one has to read for it."""
    for name in names(found, "peers"):
        hit, words = found[f"peer_{name}_hit_1"], found[f"peer_{name}_words"]
        time = found[f"peer_{name}_ms"]
        at.scatter(time, hit, s=40)
        at.annotate(f" {name}\n {words} words", (time, hit), fontsize=8, va="center")
    slowest = max(found[f"peer_{name}_ms"] for name in names(found, "peers"))
    at.set(xlabel="ms a question (median)", ylabel="Hit@1", title="Peers, first passage")
    at.set(xlim=(0, 1.5 * slowest), ylim=(0, 1.1))


def crowd(found: Figures, at: Axes) -> None:
    """Replies a second of one server, and the slowest of twenty."""
    users = names(found, "crowd")
    at.bar(users, [found[f"crowd_{n}_per_second"] for n in users], color="tab:blue")
    for column, n in enumerate(users):
        late = found[f"crowd_{n}_p95_ms"]
        at.text(column, 0, f"p95 {late:.0f} ms", ha="center", va="bottom", fontsize=8, color="w")
    at.set(xlabel="users at once", ylabel="replies a second", title="One server")


def growth(found: Figures, at: Axes) -> None:
    """Time to ask by the number of statements."""
    sizes = [int(n) for n in names(found, "growth")]
    for quantile in ("p50", "p95"):
        at.plot(
            sizes, [found[f"growth_{n}_ask_{quantile}_ms"] for n in sizes], "o-", label=quantile
        )
    at.set(xscale="log", xlabel="statements", ylabel="ms an ask", title="Growth", ylim=(0, None))
    at.legend()


if __name__ == "__main__":
    main()
