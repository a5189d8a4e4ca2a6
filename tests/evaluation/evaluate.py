"""Quality, measured: `python -m tests.evaluation.evaluate [--quick] [--data DIR] [--json]`.

Prints a table per set of questions for all systems side by side, draws the reliability and
risk-coverage plots, and keeps the figures in `results/` under the commit's name. `--data` names
the folder with the public dev sets; without it only our own questions are asked.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot import InterviewBot
from tests.evaluation import interview, metrics, shared
from tests.evaluation.metrics import Figure

RESULTS = Path(__file__).with_name("results")

Rows = Mapping[str, Mapping[str, Figure]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", default="test", choices=["calibrate", "test"])
    parser.add_argument("--data", type=Path, help="folder with dev/ and train/")
    parser.add_argument("--quick", action="store_true", help="our own questions, nothing kept")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    console = Console(width=200, quiet=arguments.json)
    with tempfile.TemporaryDirectory() as home:
        tables = measure(Path(home), arguments.split, None if arguments.quick else arguments.data)
    for title, rows in tables.items():
        console.print(table(title, rows))
    if not arguments.quick:
        keep(tables, arguments.split)
    if arguments.json:
        Console().print_json(json.dumps(plain(tables)))


def measure(home: Path, split: str, data: Path | None) -> dict[str, Rows]:
    tables: dict[str, Rows] = {}
    with InterviewBot(home / "interview") as bot:
        tables[f"The interview, {split} split"] = interview.run(bot, split)
        tables[f"Follow-ups, {split} split"] = interview.followups(bot, split)
        tables["Quotations"] = {"all": {"equal to the source": interview.exactness(bot)}}
        draw(*interview.curves(bot, split), split)
        if data is not None:
            rows = {"ClapNQ, left out": shared.clapnq(bot, data / "train" / "clapnq")}
            tables["Does a passage answer: AUROC"] = rows
    for name in ("whitehouse", "qmsum") if data else ():
        with InterviewBot(home / name) as bot:
            tables[f"dev/{name}"] = shared.ranking(bot, data / "dev" / name)  # type: ignore[operator]
    if data:
        for form in ("raw", "resolved", "rewrite"):
            with InterviewBot(home / f"canard-{form}") as bot:
                rows = shared.ranking(bot, data / "train" / "canard_quac", form, 10)
                tables[f"canard_quac, {form}"] = rows
    return tables


def table(title: str, rows: Rows) -> Table:
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    drawn = Table(title=title, title_justify="left")
    for name in ("", *names):
        drawn.add_column(name)
    for system, row in rows.items():
        drawn.add_row(system, *(str(row.get(name, "")) for name in names))
    return drawn


def plain(tables: Mapping[str, Rows]) -> dict[str, Any]:
    return {
        title: {
            system: {name: vars(figure) for name, figure in row.items()}
            for system, row in rows.items()
        }
        for title, rows in tables.items()
    }


def keep(tables: Mapping[str, Rows], split: str) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{commit or 'uncommitted'}-{split}.json"
    record = {"date": datetime.now(UTC).date().isoformat(), "tables": plain(tables)}
    path.write_text(json.dumps(record, indent=1) + "\n")


def draw(confidence: list[float], answerable: list[bool], right: list[bool], split: str) -> None:
    """Reliability diagram and risk-coverage curve (El-Yaniv & Wiener, JMLR 2010)."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, rightmost) = plt.subplots(1, 2, figsize=(10, 4.5))
    bins = metrics.reliability(confidence, answerable)
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    left.scatter([b[0] for b in bins], [b[1] for b in bins], s=[20 + 4 * b[2] for b in bins])
    left.set(xlabel="confidence", ylabel="share answerable", title=f"Reliability ({split})")
    curve = metrics.risk_coverage(confidence, right)
    rightmost.plot([c for c, _ in curve], [r for _, r in curve])
    rightmost.set(xlabel="coverage", ylabel="share wrong", title="Risk and coverage", ylim=(0, 1))
    figure.tight_layout()
    RESULTS.mkdir(exist_ok=True)
    figure.savefig(RESULTS / f"reliability-{split}.png", dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    main()
