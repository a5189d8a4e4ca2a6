"""Fuzzing led by coverage: `python -m tests.evaluation.guided [--seconds N] [--suffix .vtt]`.

Atheris (pip install atheris; Linux, no extra of ours) leads a process for each parser to code that
no input has reached yet, from pieces of that format on. What holds of every input is what
`tests.evaluation.fuzz` says: a transcript whose offsets hold, or a ParseError, in two seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Bytes of an input: enough for several turns, few enough for many inputs.
LONGEST = 4096


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each parser")
    parser.add_argument("--suffix", action="append", help="of a format; all of them without it")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if find_spec("atheris") is None:
        parser.error("atheris is not installed: pip install atheris")
    if arguments.within:
        guide(arguments.suffix[0], arguments.within, arguments.seconds, arguments.seed)
    found = measured(arguments.suffix, arguments.seconds, arguments.seed)
    print(
        json.dumps(found) if arguments.json else "\n".join(f"{k:28} {v}" for k, v in found.items())
    )
    sys.exit(bool(found["guided_failures"]))


def measured(suffixes: list[str] | None, seconds: int, seed: int) -> dict[str, Any]:
    """Inputs, reached edges and failures of every parser, each in a process of its own."""
    from vectorstore.formats import SUFFIXES

    found: dict[str, Any] = {}
    failures = []
    for suffix in suffixes or SUFFIXES:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "tests.evaluation.guided", "--suffix", suffix,
                 "--seconds", str(seconds), "--seed", str(seed), "--within", folder],
                capture_output=True, text=True, errors="replace", check=False,
            )  # fmt: skip
            said = done.stdout + done.stderr
            runs = re.findall(r"^#(\d+)\s.*?cov: (\d+)", said, re.MULTILINE)
            if done.returncode or not runs:
                inputs = [f.read_bytes() for f in Path(folder).glob("*-*") if f.is_file()]
                failures.append(f"{suffix}: {inputs!r:.2000}\n{said[-2000:]}")
            found[f"guided_{suffix}"] = [int(n) for n in runs[-1]] if runs else [0, 0]
    total = sum(inputs for inputs, _ in found.values())
    return {
        **found,
        "guided_inputs": total,
        "guided_failures": len(failures),
        "guided_first_failures": failures[:3],
    }


def guide(suffix: str, folder: Path, seconds: int, seed: int) -> None:
    """Fuzz one parser in this process, which ends with it: with 0 if nothing was found."""
    import atheris

    with atheris.instrument_imports(include=["vectorstore"]):
        from tests.evaluation.fuzz import SLOWEST, holds, samples
    from vectorstore.errors import RoosbotError

    corpus = folder / "corpus"
    corpus.mkdir()
    for number, sample in enumerate(samples(random.Random(seed))):
        (corpus / str(number)).write_bytes(sample[:LONGEST])

    def target(data: bytes) -> None:
        begin = time.thread_time()
        with suppress(RoosbotError):
            holds(data, suffix)
        took = time.thread_time() - begin
        assert took <= SLOWEST, f"{took:.1f} s"

    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-seed={seed}", "-timeout=60",
        "-rss_limit_mb=4096", f"-artifact_prefix={folder}/",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
