import datetime

import pytest

from tests.vectorstore.cheap import Cheap
from vectorstore.adding import searchable
from vectorstore.catalogue import Entry
from vectorstore.errors import InputError, NotFoundError, StoreError
from vectorstore.filters import Filter, day
from vectorstore.lexical import Lexical, query_words
from vectorstore.statement import Statement

SAID = {
    "a": ("Ada Stone", 20160503, ["Bridges are built.", "Rivers flow under bridges."]),
    "b": ("Bo Reed", 20170000, ["Tunnels are dug.", "Nobody likes café queues."]),
    "c": ("Ada Stone", 0, ["Bridges fall."]),
}


def statement(transcript_id, number, text, speaker="Ada Stone"):
    return Statement(
        f"{transcript_id}:{number}", transcript_id, speaker, "And then?", text, number, number + 9
    )


def entries(said=SAID):
    for name, (speaker, date, texts) in said.items():
        statements = [statement(name, n, text, speaker) for n, text in enumerate(texts)]
        vectors = Cheap().embed_statements([searchable(s) for s in statements])
        yield Entry(name, "stamp", "digest", f"/{name}", "words", b"", date), statements, vectors


@pytest.fixture
def lexical(tmp_path):
    catalogue = Lexical(tmp_path / "statements.sqlite")
    catalogue.replace(entries())
    return catalogue


def found(lexical, query, **only):
    return [i for i, _ in lexical.search(query, 9, Filter.of(**only))]


def test_the_statement_with_the_rarer_words_comes_first(lexical):
    ids = found(lexical, "Do rivers and bridges matter?")
    assert ids[0] == "a:1"
    assert set(ids) == {"a:0", "a:1", "c:0"}


def test_scores_are_positive_and_fall(lexical):
    scores = [score for _, score in lexical.search("bridges rivers", 9, Filter())]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_accents_case_and_endings_do_not_matter(lexical):
    assert found(lexical, "CAFE queue") == ["b:1"]
    assert found(lexical, "digging a tunnel") == ["b:0"]


@pytest.mark.parametrize(
    "query",
    ['"', "'; DROP TABLE statements; --", "NEAR(", "*", "a AND", "question:x", "(", "-", ""],
)
def test_a_query_is_never_a_command(lexical, query):
    lexical.search(query, 5, Filter())
    assert lexical.count() == 5


def test_filters_narrow_by_transcript_speaker_and_date(lexical):
    everything = "bridges tunnels café"
    assert set(found(lexical, everything, transcripts=["b"])) == {"b:0", "b:1"}
    assert set(found(lexical, everything, speakers=["Ada Stone"])) == {"a:0", "a:1", "c:0"}
    assert set(found(lexical, everything, after="2017")) == {"b:0", "b:1"}
    assert set(found(lexical, everything, before="2016")) == {"a:0", "a:1"}
    assert set(found(lexical, everything, before=datetime.date(2016, 5, 3))) == {"a:0", "a:1"}
    assert found(lexical, everything, before="2016-05-02") == []
    assert found(lexical, everything, speakers=[]) == []


def test_dates_are_read_as_wide_as_they_are_given():
    assert day("2016") == 20160000
    assert day("2016", latest=True) == 20169999
    assert day("2016-05") == 20160500
    assert day(datetime.datetime(2016, 5, 3, 12)) == 20160503


@pytest.mark.parametrize("date", ["", "soon", "2016-13", "2016-05-32", "3 May 2016", "16"])
def test_what_is_no_date_is_refused_with_the_remedy(date):
    with pytest.raises(InputError, match="2016-05-03"):
        Filter.of(after=date)


def test_one_name_in_place_of_a_list_is_refused():
    with pytest.raises(InputError, match="list of names"):
        Filter.of(speakers="Ada Stone")


def test_everybody_who_speaks_is_listed_with_the_interview(lexical):
    assert lexical.voices(Filter()) == [("Ada Stone", "a"), ("Ada Stone", "c"), ("Bo Reed", "b")]
    assert lexical.voices(Filter(transcripts=("c",))) == [("Ada Stone", "c")]


def test_a_new_version_replaces_statements_words_and_vectors(lexical):
    lexical.replace(entries({"a": ("Ada Stone", 0, ["Ferries sail."])}), gone=["c"])
    assert found(lexical, "bridges") == []
    assert found(lexical, "ferries") == ["a:0"]
    assert [s.id for part, _ in lexical.vectors(2) for s, _ in part] == ["b:0", "b:1", "a:0"]
    assert lexical.count() == 3
    assert lexical.stamps().keys() == {"a", "b"}


def test_each_vector_is_given_back_with_its_statement_and_date(lexical):
    parts = list(lexical.vectors(2))
    assert [rows.shape for _, rows in parts] == [(2, 64), (2, 64), (1, 64)]
    statements = [one for part, _ in parts for one in part]
    assert [date for _, date in statements] == [20160503, 20160503, 20170000, 20170000, 0]
    expected = Cheap().embed_statements([searchable(statements[0][0])])[0]
    assert (parts[0][1][0] == expected).all()


def test_the_generation_rises_with_every_change_that_readers_must_see(lexical):
    before = int(lexical.fact("generation"))
    lexical.set_facts({"graph": "{}"})
    assert int(lexical.fact("generation")) == before
    lexical.replace([], gone=["a"])
    assert int(lexical.fact("generation")) == before + 1


def test_unknown_statements_are_left_out_or_named(lexical):
    assert lexical.get(["a:0", "z:0"]).keys() == {"a:0"}
    with pytest.raises(NotFoundError, match="z:0"):
        lexical.one("z:0")


def test_what_is_not_there_is_not_made_by_looking(tmp_path):
    with pytest.raises(StoreError, match="no index"):
        Lexical(tmp_path / "statements.sqlite", create=False)
    assert not list(tmp_path.iterdir())


def test_the_words_that_tell_are_looked_for_or_all_if_there_are_no_others():
    assert query_words("What did he say about the rivers?") == ["rivers"]
    assert query_words("Why is it so?") == ["why", "is", "it", "so"]
