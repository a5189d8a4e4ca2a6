import os
import threading

import pytest

from bot.files import LARGEST, gather
from bot.ingest import Told, ingest, preview
from tests.vectorstore.cheap import Cheap, interview, write_interviews
from vectorstore.errors import InputError
from vectorstore.store import Store

CAPTIONS = """WEBVTT

00:04.000 --> 00:06.000
<v Bo Reed>What about bridges?

04:12.000 --> 04:20.000
<v Ada Stone>Bridges are built slowly, and by many.
"""


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home", Cheap())
    yield store
    store.close()


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def statuses(report):
    return [(os.path.basename(file.path), file.status) for file in report.files]


def ids(store):
    return {t.id for t in store.transcripts()} - {"john-roos-us-japan-alliance"}


def test_a_folder_is_looked_through_and_each_file_reported(store, files):
    write_interviews(files / "deep" / "down", 2)
    (files / "notes.xyz").write_text("not an interview")
    (files / ".hidden.txt").write_text(interview("secrets"))
    report = ingest(store, [files], Told())
    assert statuses(report) == [("talk-000.txt", "added"), ("talk-001.txt", "added")]
    assert [file.transcript_id for file in report.files] == ["talk-000", "talk-001"]
    assert ids(store) == {"talk-000", "talk-001"}


def test_a_second_time_nothing_is_parsed_or_embedded(store, files):
    write_interviews(files, 3)
    ingest(store, [files], Told())
    before = store.embedder.embedded
    assert {s for _, s in statuses(ingest(store, [files], Told()))} == {"unchanged"}
    assert store.embedder.embedded == before


def test_a_changed_file_replaces_its_interview(store, files):
    [path] = write_interviews(files, 1)
    ingest(store, [path], Told())
    path.write_text(interview("quite another thing"))
    assert statuses(ingest(store, [path], Told())) == [("talk-000.txt", "updated")]
    assert ids(store) == {"talk-000"}
    assert "quite another thing" in store.sources.get("talk-000").text


def test_the_same_file_read_with_other_options_replaces_its_interview(store, files):
    [path] = write_interviews(files, 1)
    ingest(store, [path], Told())
    told = Told(metadata={"title": "A better title", "date": "2016-05-03"})
    assert statuses(ingest(store, [path], told)) == [("talk-000.txt", "updated")]
    assert store.sources.get("talk-000").title == "A better title"


def test_two_files_of_one_name_in_different_folders_are_two_interviews(store, files):
    for folder in ("one", "two", "three/two"):
        (files / folder).mkdir(parents=True)
        (files / folder / "talk.txt").write_text(interview(folder.replace("/", " ")))
    report = ingest(store, [files], Told())
    assert report.count("added") == 3
    assert len(ids(store)) == 3
    assert "is kept as" in report.files[1].note
    again = ingest(store, [files], Told())
    assert [f.transcript_id for f in again.files] == [f.transcript_id for f in report.files]
    (files / "two" / "talk.txt").write_text(interview("changed"))
    changed = ingest(store, [files], Told())
    assert changed.count("updated") == 1
    assert len(ids(store)) == 3


def test_a_copy_of_a_file_is_noticed(store, files):
    [path] = write_interviews(files, 1)
    (files / "copy.txt").write_bytes(path.read_bytes())
    report = ingest(store, [path, files / "copy.txt"], Told())
    assert [file.status for file in report.files] == ["added", "unchanged"]
    assert "talk-000" in report.files[1].note
    assert ids(store) == {"talk-000"}


def test_the_same_interview_in_another_format_is_noticed_and_told(store, files):
    (files / "talk.vtt").write_text(CAPTIONS)
    (files / "talk.txt").write_text(
        "Bo Reed: What about bridges?\n\nAda Stone: Bridges are built slowly, and by many.\n\n"
    )
    report = ingest(store, [files / "talk.vtt", files / "talk.txt"], Told())
    assert [file.status for file in report.files] == ["added", "unchanged"]
    assert "word for word" in report.files[1].note
    assert "roosbot remove talk" in report.files[1].note


def test_the_same_words_of_other_people_are_another_interview(store, files):
    (files / "ada.txt").write_text(interview("bridges", speaker="Ada Stone"))
    (files / "bo.txt").write_text(interview("bridges", speaker="Bo Reed"))
    report = ingest(store, [files], Told())
    assert report.count("added") == 2
    assert "are those of ada" in report.files[1].note


def test_times_come_along(store, files):
    (files / "talk.vtt").write_text(CAPTIONS)
    ingest(store, [files], Told())
    [statement] = store.statements("talk")
    assert (statement.speaker, statement.time_start) == ("Ada Stone", 252.0)


def test_one_bad_file_stops_no_other(store, files):
    write_interviews(files, 2)
    (files / "broken.docx").write_bytes(b"PK\x03\x04 this is no archive")
    (files / "empty.txt").write_text("")
    (files / "broken.csv").write_bytes(b"\0\1\2" * 99)
    report = ingest(store, [files, files / "missing.txt", "/dev/null"], Told())
    failed = {os.path.basename(f.path): f.error for f in report.files if f.status == "failed"}
    assert failed.keys() == {"broken.docx", "empty.txt", "broken.csv", "missing.txt", "null"}
    assert all(failed.values())
    assert report.count("added") == 2


def test_a_file_that_became_unreadable_keeps_its_earlier_version(store, files):
    [path] = write_interviews(files, 1)
    ingest(store, [path], Told())
    path.write_text("")
    [report] = ingest(store, [path], Told()).files
    assert report.status == "failed"
    assert "the earlier version stays, as talk-000" in report.error
    assert ids(store) == {"talk-000"}


def test_links_out_of_the_folder_loops_pipes_and_sockets_are_refused(store, files, tmp_path):
    [path] = write_interviews(files, 1)
    (tmp_path / "outside.txt").write_text(interview("outside"))
    (files / "link.txt").symlink_to(tmp_path / "outside.txt")
    (files / "folder").symlink_to(tmp_path)
    (files / "loop").symlink_to(files)
    (files / "self.txt").symlink_to(files / "self.txt")
    (files / "inside.txt").symlink_to(path)
    os.mkfifo(files / "pipe.txt")
    report = ingest(store, [files], Told())
    failed = {os.path.basename(f.path) for f in report.files if f.status == "failed"}
    assert failed == {"link.txt", "folder", "self.txt", "pipe.txt"}
    assert ids(store) == {"inside"} or ids(store) == {"talk-000"}


def test_a_file_that_is_too_large_is_refused_unread(files):
    path = files / "huge.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST * 32)
    found, [refused] = gather([path])
    assert not found
    assert "2,048 MB" in refused.reason


def test_a_sidecar_says_what_the_file_does_not(store, files):
    [path] = write_interviews(files, 1)
    (files / "talk-000.toml").write_text('title = "Beside"\ndate = "2016-05-03"\n')
    ingest(store, [files], Told(metadata={"place": "Tokyo"}))
    transcript = store.sources.get("talk-000")
    assert transcript.title == "Beside"
    assert transcript.metadata["date"] == "2016-05-03"
    assert transcript.metadata["place"] == "Tokyo"
    (files / "talk-000.toml").write_text('title = "Changed"\n')
    assert ingest(store, [path], Told()).count("updated") == 1
    (files / "talk-000.toml").write_text("title = ")
    [report] = ingest(store, [path], Told()).files
    assert "talk-000.toml" in report.error


def test_labels_and_the_interviewer_can_be_told(store, files):
    (files / "talk.txt").write_text("MSM: Why bridges?\n\nBK: They carry.\n\n" * 3)
    told = Told(interviewer="Michael Mahoney", speakers={"MSM": "Michael Mahoney", "BK": "Bo Kerr"})
    ingest(store, [files], told)
    assert {s.speaker for s in store.statements("talk")} == {"Bo Kerr"}


def test_what_means_nothing_is_refused_before_anything_is_read(store, files):
    with pytest.raises(InputError, match="mood"):
        ingest(store, [files], Told(metadata={"mood": "good"}))
    with pytest.raises(InputError, match="list of files"):
        gather([])


def test_a_preview_keeps_nothing(store, files):
    write_interviews(files, 1)
    (files / "empty.txt").write_text("")
    found = {os.path.basename(path): (t, error) for path, t, error in preview([files], Told())}
    assert found["talk-000.txt"][0].speakers == {
        "unknown speaker": "interviewer",
        "Ada Stonea": "interviewee",
    }
    assert "empty" in found["empty.txt"][1]
    assert ids(store) == set()


def test_progress_grows_to_the_whole(store, files):
    steps = []
    write_interviews(files, 5)
    store._group = 16
    ingest(store, [files], Told(), steps.append)
    done = [step.bytes_done for step in steps]
    assert done == sorted(done)
    assert steps[-1].bytes_done == steps[-1].bytes_total
    assert steps[-1].statements == 40
    assert steps[-1].files_done == 5


def test_stopping_in_the_middle_keeps_what_was_finished(store, files):
    write_interviews(files, 6)
    store._group = 16

    def stop(step):
        if step.statements >= 32:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(store, [files], Told(), stop)
    kept = ids(store)
    assert 2 <= len(kept) < 6
    assert store.check() == []
    report = ingest(store, [files], Told())
    assert report.count("unchanged") == len(kept)
    assert len(ids(store)) == 6


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(files):
    from bot.files import Refused, read_file

    os.mkfifo(files / "pipe.txt")
    failed = []

    def read():
        try:
            read_file(files / "pipe.txt")
        except Refused as error:
            failed.append(error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(5)
    assert failed
