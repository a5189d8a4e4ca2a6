import json
import logging
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.ingest import Told, ingest
from tests.vectorstore.cheap import Cheap, interview, write_interviews
from vectorstore.errors import HomeError, LockedError, ModelMismatchError, NotFoundError
from vectorstore.lexical import Filter
from vectorstore.retriever import retrieve
from vectorstore.statement import split
from vectorstore.store import Store, repaired

BUNDLED = "john-roos-us-japan-alliance"


def put(store, name, text):
    folder = store.home.parent / "given"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return ingest(store, [folder / name], Told())


def assert_whole(store):
    assert store.check() == []
    assert store.vectors.count() == store.lexical.count()
    for transcript in store.transcripts():
        assert store.statements(transcript.id) == split(transcript)


def test_the_first_use_indexes_the_bundled_interview(tmp_path):
    seen = []
    store = Store(tmp_path / "home", Cheap(), progress=lambda done, of: seen.append((done, of)))
    assert [t.id for t in store.transcripts()] == [BUNDLED]
    assert store.lexical.count() == store.vectors.count() == 10
    assert seen[-1] == (10, 10)
    assert_whole(store)


def test_a_second_start_embeds_nothing(large):
    embedder = Cheap()
    store = Store(large, embedder)
    assert store.lexical.count() == 1210
    assert embedder.embedded == 0


def test_a_copied_home_embeds_nothing(large, tmp_path):
    shutil.copytree(large, tmp_path / "copy", copy_function=shutil.copy)
    embedder = Cheap()
    store = Store(tmp_path / "copy", embedder)
    assert_whole(store)
    assert embedder.embedded == 0


def test_the_bundled_interview_stays_away_once_removed(tmp_path):
    with_it = Store(tmp_path / "home", Cheap())
    with_it.remove(BUNDLED)
    with_it.close()
    without = Store(tmp_path / "home", Cheap())
    assert without.transcripts() == []
    assert retrieve(without, "What worries him?") == []
    assert_whole(without)


def test_a_start_that_was_cut_short_is_begun_again(tmp_path):
    (tmp_path / "home" / "sources").mkdir(parents=True)
    assert len(Store(tmp_path / "home", Cheap()).transcripts()) == 1


def test_removing_leaves_nothing_behind(large):
    store = Store(large, Cheap())
    old = store.lexical.ids(["talk-003"])
    store.remove("talk-003")
    assert not (large / "sources" / "talk-003").exists()
    assert store.lexical.get(sorted(old)) == {}
    assert not set(store.vectors.get(ids=sorted(old))["ids"])
    assert store.lexical.search("subject3", 5, Filter()) == []
    assert_whole(store)


def test_removing_what_is_not_there_says_so(large):
    with pytest.raises(NotFoundError, match="nobody"):
        Store(large, Cheap()).remove("nobody")


def test_a_changed_interview_leaves_no_ghosts_and_embeds_only_what_is_new(tmp_path):
    embedder = Cheap()
    store = Store(tmp_path / "home", embedder)
    put(store, "a.txt", interview("bridges", 6))
    old, before = store.lexical.ids(["a"]), embedder.embedded
    put(store, "a.txt", interview("bridges", 5) + "\nQ: And tunnels?\n\nAda Stone: Dark ones.\n")
    assert embedder.embedded == before + 1
    assert not old & store.lexical.ids(["a"])
    assert not store.vectors.get(ids=sorted(old))["ids"]
    assert len(list((tmp_path / "home" / "sources" / "a").iterdir())) == 3
    assert [p.statement.text for p in retrieve(store, "tunnels dark ones", 1)] == ["Dark ones."]
    assert_whole(store)


def test_another_store_on_the_home_sees_what_this_one_adds_changes_and_removes(tmp_path):
    writer, reader = (Store(tmp_path / "home", Cheap()) for _ in range(2))
    put(writer, "a.txt", interview("bridges"))
    assert retrieve(reader, "bridges", 1)[0].statement.transcript_id == "a"
    put(writer, "a.txt", interview("tunnels"))
    assert "tunnels" in retrieve(reader, "tunnels", 1)[0].statement.text
    assert "bridges" not in {p.statement.text for p in retrieve(reader, "bridges", 20)}
    writer.remove("a")
    assert {p.statement.transcript_id for p in retrieve(reader, "tunnels", 20)} == {BUNDLED}
    assert_whole(reader)


def test_threads_may_search_while_another_one_adds(tmp_path):
    store = Store(tmp_path / "home", Cheap(), group=16)
    write_interviews(tmp_path / "files", 20)
    stop, found, wrong = threading.Event(), [], []

    def search():
        while not stop.is_set():
            passages = retrieve(store, "subject3 number 1", 5)
            found.append(len(passages))
            wrong.extend(p for p in passages if p.statement.text == "")

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    ingest(store, [tmp_path / "files"], Told())
    stop.set()
    for thread in threads:
        thread.join()
    assert len(found) > 3
    assert set(found) == {5}
    assert not wrong
    assert_whole(store)


def test_statements_of_an_updated_interview_never_go_missing_meanwhile(tmp_path):
    store, other = (Store(tmp_path / "home", Cheap()) for _ in range(2))
    put(store, "a.txt", interview("bridges"))
    stop, missed = threading.Event(), []

    def search():
        while not stop.is_set():
            if retrieve(other, "bridges number 1", 1)[0].statement.transcript_id != "a":
                missed.append(1)

    thread = threading.Thread(target=search)
    thread.start()
    for n in range(5, 12):
        put(store, "a.txt", interview("bridges", n))
    stop.set()
    thread.join()
    assert not missed


def _truncate(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _garble(path):
    path.write_bytes(b"garbage" * 5000)


def _files(home, pattern):
    found = sorted((home / "index").glob(pattern))
    assert found, pattern
    return found


CATALOGUE, GRAPH = "statements.sqlite", "chroma/*/*"


@pytest.mark.parametrize(
    ("pattern", "harm", "embedded"),
    [
        (CATALOGUE, Path.unlink, True),
        (CATALOGUE, _truncate, True),
        (CATALOGUE, _garble, True),
        ("chroma/chroma.sqlite3", Path.unlink, False),
        ("chroma/chroma.sqlite3", _truncate, False),
        ("chroma/chroma.sqlite3", _garble, False),
        (GRAPH, Path.unlink, False),
        (GRAPH, _truncate, False),
        (GRAPH, _garble, False),
        ("", shutil.rmtree, True),
        ("chroma", shutil.rmtree, False),
    ],
)
def test_a_damaged_index_is_rebuilt(large, pattern, harm, embedded):
    for path in _files(large, pattern) if pattern else [large / "index"]:
        harm(path)
    embedder = Cheap()
    store = Store(large, embedder)
    assert store.lexical.count() == 1210
    assert bool(embedder.embedded) == embedded
    assert retrieve(store, "On subject5 I say the 7. thing", 1)[0].statement.transcript_id == (
        "talk-005"
    )
    assert_whole(store)


@pytest.mark.parametrize(
    "pattern", [CATALOGUE, "chroma/chroma.sqlite3", "chroma/*/data_level0.bin"]
)
def test_damage_is_named_by_the_check_before_it_is_mended(large, pattern):
    from vectorstore.checking import findings

    assert findings(large, "cheap") == []
    for path in _files(large, pattern):
        path.unlink()
    [finding] = findings(large, "cheap")
    assert "index" in finding


def test_an_index_that_fails_while_it_is_open_is_mended(large):
    store = Store(large, Cheap())
    assert retrieve(store, "subject5", 1)
    [database] = _files(large, "chroma/chroma.sqlite3")
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE embeddings")
    connection.close()
    found = retrieve(store, "subject5", 5, Filter(speakers=("Ada Stonef",)))
    assert {p.statement.transcript_id for p in found} == {"talk-005"}
    assert_whole(store)


def test_an_index_deleted_under_an_open_store_is_rebuilt(large):
    store = Store(large, Cheap())
    shutil.rmtree(large / "index")
    assert retrieve(store, "subject5", 1)[0].statement.transcript_id == "talk-005"
    assert_whole(store)


def test_an_index_of_another_layout_is_made_anew(large, caplog):
    with sqlite3.connect(large / "index" / CATALOGUE) as connection:
        connection.execute("UPDATE facts SET value = '99' WHERE name = 'layout'")
    connection.close()
    assert_whole(Store(large, Cheap()))
    assert "layout 99" in caplog.text


def test_another_embedding_model_is_refused_with_the_remedy(large):
    with pytest.raises(ModelMismatchError, match="ROOSBOT_EMBEDDING_MODEL=cheap"):
        Store(large, Cheap("dear"))
    assert Store(large, Cheap()).lexical.count() == 1210


def test_repairing_makes_the_index_anew_with_the_model_that_is_asked_for(large):
    store = repaired(large, Cheap("dear"))
    assert store.lexical.fact("embedding_model") == "dear"
    assert_whole(store)


def test_a_home_of_a_later_version_is_refused(large):
    (large / "home.json").write_text(json.dumps({"layout": 2}))
    with pytest.raises(HomeError, match="upgrade roosbot"):
        Store(large, Cheap())


def test_a_damaged_mark_of_the_home_is_written_anew(large, caplog):
    (large / "home.json").write_text("{")
    assert Store(large, Cheap()).lexical.count() == 1210
    assert "home.json is damaged" in caplog.text
    assert json.loads((large / "home.json").read_text()) == {"layout": 1}


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match="ROOSBOT_HOME"):
        Store(tmp_path / "home", Cheap())
    with pytest.raises(HomeError, match="ROOSBOT_HOME"):
        Store(tmp_path / "home" / "below", Cheap())


def test_a_home_that_cannot_be_made_is_refused():
    with pytest.raises(HomeError, match="ROOSBOT_HOME"):
        Store(Path("/proc/roosbot"), Cheap())


@pytest.mark.parametrize("harm", [_garble, Path.unlink])
@pytest.mark.parametrize("pattern", ["record.json", "*.text"])
def test_a_damaged_source_is_named_and_left_out_and_all_others_answer(large, caplog, pattern, harm):
    [path] = (large / "sources" / "talk-004").glob(pattern)
    harm(path)
    for _ in range(2):
        caplog.clear()
        store = Store(large, Cheap())
        assert "talk-004" not in {t.id for t in store.transcripts()}
        found = retrieve(store, "subject5", 5)
        assert {p.statement.transcript_id for p in found} == {"talk-005"}
        assert retrieve(store, "subject4 number", 50)
        gone = pattern == "record.json" and harm is Path.unlink
        assert ("talk-004" in caplog.text) != gone
        store.close()


def test_a_damaged_source_is_mended_by_its_file_or_removed(large, large_home):
    (large / "sources" / "talk-004" / "record.json").write_text("{}")
    store = Store(large, Cheap())
    assert any("talk-004" in finding for finding in store.check())
    [report] = ingest(store, [large_home.parent / "files" / "talk-004.txt"], Told()).files
    assert (report.status, report.transcript_id) == ("added", "talk-004")
    assert_whole(store)
    (large / "sources" / "talk-005" / "record.json").write_text("{}")
    store.remove("talk-005")
    assert_whole(store)


def test_an_error_in_the_middle_of_adding_leaves_the_store_whole(large, large_home):
    class Failing(Cheap):
        def embed_statements(self, texts):
            if any("never" in text for text in texts):
                raise KeyboardInterrupt
            return super().embed_statements(texts)

    store = Store(large, Failing())
    with pytest.raises(KeyboardInterrupt):
        put(store, "b.txt", interview("never"))
    assert "b" not in {t.id for t in store.transcripts()}
    assert put(store, "b.txt", interview("ever")).files[0].status == "added"
    assert_whole(store)


def test_a_writer_that_takes_too_long_is_told(large):
    store, other = Store(large, Cheap()), Store(large, Cheap(), lock_timeout=0.1)
    failed = []

    def remove():
        try:
            other.remove("talk-001")
        except LockedError as error:
            failed.append(str(error))

    with store.writing():
        thread = threading.Thread(target=remove)
        thread.start()
        thread.join()
    assert "wait for it, or end it" in failed[0]


def test_opening_does_not_wait_for_a_writer(large, large_home, caplog):
    store = Store(large, Cheap())
    (large / "sources" / "talk-004" / "record.json").touch()
    with store.writing(), caplog.at_level(logging.INFO):
        opened = []
        thread = threading.Thread(target=lambda: opened.append(Store(large, Cheap())))
        thread.start()
        thread.join()
        assert opened[0].lexical.count() == 1210
    assert "going on with what is there" in caplog.text
