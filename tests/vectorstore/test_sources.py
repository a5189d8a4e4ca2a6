import json

import pytest

from tests.vectorstore.cheap import interview
from vectorstore.errors import HomeError, NotFoundError
from vectorstore.formats import parse
from vectorstore.sources import Sources, write_whole
from vectorstore.store import source_of

TEXT = interview("bridges", 2).encode()


def source(raw=TEXT, name="talk.txt", origin="/somewhere/talk.txt"):
    return source_of(parse(raw, name), raw, name, origin=origin)


def test_what_is_kept_comes_back(tmp_path):
    sources = Sources(tmp_path)
    one = source()
    sources.put(one)
    assert sources.get("talk") == one.transcript
    assert sources.raw("talk") == TEXT
    assert sources.digest("talk") == one.digest
    assert sources.origin("talk") == "/somewhere/talk.txt"


def test_line_ends_and_odd_characters_are_kept(tmp_path):
    sources = Sources(tmp_path)
    raw = "Q: Why?\r\n\r\nAda Stone: It \u2028 is\u00a0so \U0001f600.\r\n\r\n".encode() * 2
    sources.put(source(raw))
    assert sources.get("talk").text == raw.decode()


def test_the_stamp_changes_with_the_file_and_not_otherwise(tmp_path):
    sources = Sources(tmp_path)
    stamp = sources.put(source())
    assert sources.stamps() == {"talk": stamp}
    assert sources.put(source(interview("tunnels").encode())) != stamp


def test_a_new_version_leaves_no_file_of_the_old_one(tmp_path):
    sources = Sources(tmp_path)
    sources.put(source())
    old = {path.name for path in (tmp_path / "talk").iterdir()}
    sources.put(source(interview("tunnels").encode()))
    new = {path.name for path in (tmp_path / "talk").iterdir()}
    assert old & new == {"record.json"}
    assert len(new) == 3


def test_a_source_without_its_record_is_out(tmp_path):
    sources = Sources(tmp_path)
    sources.put(source())
    (tmp_path / "talk" / "record.json").unlink()
    assert sources.stamps() == {}
    with pytest.raises(NotFoundError, match="roosbot transcripts"):
        sources.get("talk")


def test_removing_deletes_the_files(tmp_path):
    sources = Sources(tmp_path)
    sources.put(source())
    sources.remove("talk")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotFoundError):
        sources.remove("talk")


@pytest.mark.parametrize("name", ["..", "../talk", "/etc", "talk/../talk", ""])
def test_an_id_never_leads_out_of_the_folder(tmp_path, name):
    sources = Sources(tmp_path / "kept")
    Sources(tmp_path).put(source())
    with pytest.raises(NotFoundError):
        sources.get(name)
    with pytest.raises(NotFoundError):
        sources.remove(name)
    assert Sources(tmp_path).raw("talk") == TEXT


@pytest.mark.parametrize(
    "record", [b"", b"[]", b"{}", b"\xff", json.dumps({"text_file": "x", "transcript": 3}).encode()]
)
def test_a_damaged_record_is_named(tmp_path, record):
    sources = Sources(tmp_path)
    sources.put(source())
    (tmp_path / "talk" / "record.json").write_bytes(record)
    with pytest.raises(HomeError, match="ingest its file again"):
        sources.get("talk")


def test_a_changed_text_is_noticed_by_its_hash(tmp_path):
    sources = Sources(tmp_path)
    sources.put(source())
    [text] = (tmp_path / "talk").glob("*.text")
    text.write_bytes(text.read_bytes().replace(b"bridges", b"tunnels"))
    with pytest.raises(HomeError, match="SHA-256"):
        sources.get("talk")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    with pytest.raises(OSError, match="No such file"):
        write_whole(tmp_path / "missing" / "file", b"three")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
