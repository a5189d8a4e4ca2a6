"""How well claims are verified: `python -m tests.evaluation.claims [--json] [--missed] [FILES]`.

Lies: true claims with one change, over the bundled interview and `interviews/`, or over FILES. A
lie is caught if it is removed, or shown in the source's own words only.

Citations, in the sense of ALCE (Gao et al., EMNLP 2023): a claim is recalled if the statements that
it is shown with support it, and a citation is right if its statement supports the claim at least in
part. The rule for judging by hand: everything that the claim asserts can be read in the quoted
sentences, taken with the question they answer, by somebody who knows nothing else; wording and
tense may differ, and naming the speaker is no assertion. `claims.jsonl` keeps the sample.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.claims import Claim, claims_in
from bot.generate import judged_by
from bot.reader import load_reader
from bot.verify import Judge, Verdict, verify_claim
from tests.evaluation.mutations import KINDS, Case, lies, true_claims
from vectorstore.formats import parse
from vectorstore.statement import Statement, split
from vectorstore.transcript import Transcript

HERE = Path(__file__).parent
BUNDLED = HERE.parents[1] / "vectorstore" / "corpus" / "john-roos-us-japan-alliance.txt"
FILES = (BUNDLED, *sorted((HERE / "interviews").glob("*.txt")))
SAMPLE = HERE / "claims.jsonl"

# Least share of the lies that has to be caught, and largest share of true claims removed.
TARGETS = {"quotation": 0.99, "number": 0.99, "name": 0.97, "speaker": 0.97, "negation": 0.85}
MOST_REMOVED = 0.05

# Statements that the claim's own one is shown among.
AROUND = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="transcripts, in place of our own")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--missed", action="store_true", help="list what went wrong")
    arguments = parser.parse_args()
    judge = judged_by(load_reader())
    transcripts = read(arguments.files or FILES)
    measured, wrong = measure_lies(transcripts, judge)
    if not arguments.files:
        measured["citations"], misjudged = measure_sample(judge)
        wrong += misjudged
    console = Console(width=160)
    if arguments.json:
        console.print_json(json.dumps(measured))
    else:
        console.print(table(measured))
    if arguments.missed:
        for line in wrong:
            console.print(line, markup=False, highlight=False)


def read(paths: Iterable[Path]) -> list[Transcript]:
    return [parse(path.read_bytes(), path.name) for path in paths]


def measure_lies(
    transcripts: Sequence[Transcript], judge: Judge | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Shares caught and removed, and the cases that went wrong."""
    caught, made, kept, told = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    wrong: list[str] = []
    for transcript in transcripts:
        statements = split(transcript)
        cases = list(true_claims(statements))
        for case in (*cases, *lies(cases)):
            verdict = verdict_on(case, statements, transcript, judge)
            if not case.kind:
                told[case.form] += 1
                kept[case.form] += not verdict.reason
                if verdict.reason:
                    wrong.append(f"removed: {case.text} ({verdict.reason})")
                continue
            made[case.kind] += 1
            escaped = not verdict.reason and _changed(case, verdict)
            caught[case.kind] += not escaped
            if escaped:
                wrong.append(f"{case.kind} missed: {case.text}")
    measured: dict[str, Any] = {
        "mutations": sum(made.values()),
        "caught": {k: caught[k] / made[k] for k in KINDS if made[k]},
        "made": dict(made),
        "untouched": sum(told.values()),
        "removed": 1 - sum(kept.values()) / max(1, sum(told.values())),
        "removed_by_form": {form: 1 - kept[form] / told[form] for form in told},
    }
    return measured, wrong


def verdict_on(
    case: Case, statements: Sequence[Statement], transcript: Transcript, judge: Judge | None
) -> Verdict:
    """The verdict on a claim that cites its statement among its neighbours, read as written."""
    place = statements.index(case.statement)
    first = max(0, min(place - AROUND // 2, len(statements) - AROUND))
    page = list(statements[first : first + AROUND])
    number = page.index(case.statement) + 1
    verdicts = [
        verify_claim(claim, page, lambda _: transcript, judge)
        for claim in claims_in(f"{' '.join(case.text.split())} [{number}]", len(page))
    ]
    failed = [v for v in verdicts if v.reason]
    return (failed or verdicts)[0]


def measure_sample(judge: Judge | None = None) -> tuple[dict[str, Any], list[str]]:
    """ALCE's recall and precision of what is shown, over claims that were judged by hand."""
    transcripts = {t.id: t for t in read(FILES)}
    statements = {t.id: split(t) for t in transcripts.values()}
    shown = supported = right = citations = true = true_shown = 0
    wrong: list[str] = []
    for row in sample():
        page = statements[row["transcript"]]
        claim = Claim(row["claim"], tuple(n + 1 for n in row["cites"]))
        verdict = verify_claim(claim, page, transcripts.__getitem__, judge)
        true += row["supported"]
        if verdict.reason:
            if row["supported"]:
                wrong.append(f"true but removed: {row['claim']} ({verdict.reason})")
            continue
        shown += 1
        supported += row["supported"]
        true_shown += row["supported"]
        cited = {page.index(s) for s, _, _ in verdict.spans}
        citations += len(cited)
        right += len(cited & set(row["right"]))
        if not row["supported"]:
            wrong.append(f"shown but not supported: {row['claim']}")
    return {
        "claims": len(sample()),
        "shown": shown,
        "recall": supported / max(1, shown),
        "precision": right / max(1, citations),
        "true_claims_kept": true_shown / max(1, true),
    }, wrong


def sample() -> list[dict[str, Any]]:
    """The claims judged by hand.

    Each has the transcript's id, the claim, the places of the statements that it cites, whether
    they support it together, and which of them do so at least in part.
    """
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def table(measured: dict[str, Any]) -> Table:
    grid = Table("what", "figure", "target", "of", title="Claims against their statements")
    for kind, share in measured["caught"].items():
        grid.add_row(
            f"changed {kind}, caught", f"{share:.3f}", f"≥ {TARGETS[kind]}",
            str(measured["made"][kind]),
        )  # fmt: skip
    grid.add_row(
        "untouched claims removed", f"{measured['removed']:.3f}", f"≤ {MOST_REMOVED}",
        str(measured["untouched"]),
    )  # fmt: skip
    for name, figure in measured.get("citations", {}).items():
        grid.add_row(f"citations: {name}", f"{figure:.3f}" if figure <= 1 else str(figure), "", "")
    return grid


def _changed(case: Case, verdict: Verdict) -> bool:
    """Whether what is shown still says the lie, rather than the source's own words."""
    return case.kind != "quotation" or " ".join(case.text.split()) == " ".join(verdict.text.split())


if __name__ == "__main__":
    main()
