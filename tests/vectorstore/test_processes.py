"""Other processes on the same home: killed, waiting, reading."""

import multiprocessing
import random
import time

import pytest

from bot.ingest import Told, ingest
from tests.vectorstore.cheap import Cheap, write_interviews
from vectorstore.embedding import Embedder
from vectorstore.lexical import Filter
from vectorstore.retriever import retrieve
from vectorstore.statement import split
from vectorstore.store import Store

KILLS = 50


@pytest.fixture(scope="module")
def processes():
    """Processes that start in milliseconds, with everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["bot.ingest", "vectorstore.index", "vectorstore.formats", "sentence_transformers"]
    )
    return context


def _ingest(home, files, kind, options, begun):
    store = Store(home, kind(**options), group=24)
    ingest(store, [files], Told(), lambda step: begun.set() if step.statements else None)
    store.close()


def _start(processes, home, files, kind=Cheap, **options):
    begun = processes.Event()
    process = processes.Process(target=_ingest, args=(home, files, kind, options, begun))
    process.start()
    return process, begun


def _finished(home, files, embedder):
    """Ids of the interviews in the store, each of them checked from end to end."""
    store = Store(home, embedder)
    assert store.check() == []
    assert store.vectors.count() == store.lexical.count()
    texts = {path.stem: path.read_text() for path in files.iterdir()}
    found = set()
    for transcript in store.transcripts():
        assert store.statements(transcript.id) == split(transcript)
        if transcript.id in texts:
            assert transcript.text == texts[transcript.id]
            found.add(transcript.id)
    store.close()
    return found


def test_fifty_kills_at_random_moments_leave_each_file_in_or_out(processes, tmp_path):
    write_interviews(tmp_path / "files", 20)
    chance, killed, home, had = random.Random(7), 0, tmp_path / "home-0", set()
    for number in range(KILLS):
        process, _ = _start(processes, home, tmp_path / "files")
        process.join(chance.uniform(0.02, 0.4))
        killed += process.is_alive()
        process.kill()
        process.join()
        have = _finished(home, tmp_path / "files", Cheap())
        assert had <= have
        had = have
        if len(have) == 20:
            home, had = tmp_path / f"home-{number + 1}", set()
    assert killed > KILLS // 2


@pytest.mark.timeout(300)  # it loads the model three times
def test_kills_with_the_real_model_leave_each_file_in_or_out(processes, tmp_path):
    write_interviews(tmp_path / "files", 8, answers=6)
    home, had = tmp_path / "home", set()
    for delay in (0.0, 0.2):
        process, begun = _start(processes, home, tmp_path / "files", Embedder)
        assert begun.wait(200)
        time.sleep(delay)
        process.kill()
        process.join()
        have = _finished(home, tmp_path / "files", Embedder())
        assert had <= have
        had = have


def test_a_reader_keeps_answering_and_sees_new_files_without_a_restart(
    processes, tmp_path, large, caplog
):
    write_interviews(tmp_path / "files" / "more", 8, answers=24)
    reader = Store(large, Cheap())
    process, _ = _start(processes, large, tmp_path / "files")
    seen = []
    while process.is_alive():
        assert len(retrieve(reader, "On subject3 I say the 2. thing", 5)) == 5
        assert len(retrieve(reader, "peace", 5, Filter(speakers=("John Roos",)))) == 5
        seen.append(reader.lexical.count())
    assert process.exitcode == 0
    assert len(set(seen)) > 2
    assert reader.vectors.count() == reader.lexical.count() == 1210 + 8 * 24
    assert {"talk-003", "more-talk-003"} <= {t.id for t in reader.transcripts()}
    assert reader.check() == []
    assert "damaged" not in caplog.text


def test_two_ingests_at_once_wait_for_each_other_and_both_get_all_in(processes, tmp_path, caplog):
    write_interviews(tmp_path / "one", 6)
    write_interviews(tmp_path / "two" / "more", 4, answers=5)
    store = Store(tmp_path / "home", Cheap())
    process, begun = _start(processes, tmp_path / "home", tmp_path / "one", pause=0.3)
    assert begun.wait(200)
    report = ingest(store, [tmp_path / "two"], Told())
    process.join()
    assert "waiting for it to finish" in caplog.text
    assert report.count("added") == 4
    assert len(store.transcripts()) == 11
    assert store.check() == []
