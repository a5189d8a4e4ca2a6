import numpy as np
import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from bot.ingest import Told, ingest
from tests.vectorstore.cheap import Cheap, interview
from vectorstore.lexical import Filter
from vectorstore.retriever import StatementRetriever, retrieve, retrieve_batch
from vectorstore.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retriever")
    for subject, year in (("bridges", 2016), ("tunnels", 2018)):
        front = f"---\ntitle: On {subject}\ndate: {year}-05-03\n---\n\n"
        (folder / f"{subject}.md").write_text(front + interview(subject, 6))
    store = Store(folder / "home", Cheap())
    report = ingest(store, [folder / "bridges.md", folder / "tunnels.md"], Told())
    assert report.count("added") == 2
    return store


def found(store, question, k=20, **only):
    return {p.statement.transcript_id for p in retrieve(store, question, k, Filter.of(**only))}


def test_the_nearest_statement_comes_first_with_its_scores(store):
    [first, *rest] = retrieve(store, "On tunnels I say the 3. thing", 5)
    assert first.statement.text == "On tunnels I say the 3. thing."
    assert 0 < first.score <= 1
    assert -1 <= first.dense <= 1
    assert first.lexical > 0
    assert len(rest) == 4
    assert all(first.score >= other.score for other in rest)


def test_the_dense_score_is_the_exact_cosine(store):
    question = "bridges"
    vector = Cheap().embed_queries([question])[0]
    for passage in retrieve(store, question, 5):
        s = passage.statement
        own = Cheap().embed_statements([f"{s.question}\n{s.text}"])[0]
        assert passage.dense == pytest.approx(float(np.dot(vector, own)), abs=1e-4)


def test_many_questions_get_what_each_gets_alone(store):
    questions = ["bridges number 2", "tunnels number 4", "peace in Asia"]
    together = retrieve_batch(store, questions, 4)
    assert together == [retrieve(store, question, 4) for question in questions]
    assert retrieve_batch(store, []) == []


def test_filters_hold_for_both_searches(store):
    assert found(store, "bridges tunnels", transcripts=["bridges"]) == {"bridges"}
    assert found(store, "bridges", speakers=["John Roos"]) == {"john-roos-us-japan-alliance"}
    assert found(store, "bridges", after="2017") == {"tunnels"}
    assert found(store, "tunnels", before="2017-12") == {"bridges"}
    assert found(store, "tunnels", after="2016", before="2018") == {"bridges", "tunnels"}
    assert found(store, "tunnels", after="2019") == set()
    assert found(store, "tunnels", speakers=[]) == set()
    assert found(store, "tunnels", speakers=["Nobody"]) == set()


def test_the_interviewers_words_are_never_found(store):
    for passage in retrieve(store, "What about bridges number 3?", 20):
        assert not passage.statement.text.startswith("What about")


class TestStatementRetriever(RetrieversIntegrationTests):
    """LangChain's own suite."""

    @pytest.fixture(autouse=True)
    def _store(self, store):
        type(self).store = store

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return StatementRetriever

    @property
    def retriever_constructor_params(self) -> dict:
        return {"store": self.store}

    @property
    def retriever_query_example(self) -> str:
        return "bridges"


def test_a_document_has_the_exact_words_and_where_they_are(store):
    [document] = StatementRetriever(store=store, k=1).invoke("On bridges I say the 2. thing")
    assert document.page_content == "On bridges I say the 2. thing."
    text = store.sources.get(document.metadata["transcript_id"]).text
    start, end = document.metadata["start"], document.metadata["end"]
    assert text[start:end] == document.page_content
    assert document.metadata["speaker"] == "Ada Stone"
