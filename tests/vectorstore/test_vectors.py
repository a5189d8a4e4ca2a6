import gc

import pytest
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests

from tests.vectorstore.cheap import Cheap
from vectorstore import vectors as module
from vectorstore.errors import ModelMismatchError, SettingsError, StoreError
from vectorstore.vectors import Place, Vectors


class TestVectors(VectorStoreIntegrationTests):
    """LangChain's own suite."""

    @pytest.fixture
    def vectorstore(self, tmp_path) -> VectorStore:
        store = Vectors(Place(tmp_path / "chroma"), Cheap())
        yield store
        store.close()


def test_nothing_to_add_adds_nothing(tmp_path):
    assert Vectors(Place(tmp_path), Cheap()).add_texts([]) == []


def test_more_texts_than_chroma_takes_at_once_are_added_in_batches(tmp_path):
    vectors = Vectors(Place(tmp_path), Cheap())
    texts = [f"word{n}" for n in range(6000)]
    vectors.put(texts, Cheap().embed_statements(texts), [{"speaker": "A"}] * 6000)
    assert vectors.count() == 6000
    vectors.drop(texts)
    assert vectors.count() == 0


def test_another_model_is_refused(tmp_path):
    Vectors(Place(tmp_path), Cheap()).close()
    with pytest.raises(ModelMismatchError, match="'cheap'"):
        Vectors(Place(tmp_path), Cheap("dear"))


def test_two_openings_of_one_folder_do_not_share_what_chroma_remembers(tmp_path):
    one, two = (Vectors(Place(tmp_path), Cheap()) for _ in range(2))
    assert one._client._identifier != two._client._identifier
    one.close()
    assert two.count() == 0


def test_a_folder_that_was_let_go_is_opened_under_its_own_name_again(tmp_path):
    for _ in range(3):
        vectors = Vectors(Place(tmp_path), Cheap())
        assert vectors._client._identifier == str(tmp_path)
        vectors.close()
    opened = Vectors(Place(tmp_path), Cheap())
    del opened
    gc.collect()
    assert str(tmp_path) not in module._spellings


def test_a_damaged_database_is_an_error_of_ours(tmp_path):
    (tmp_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match="index"):
        Vectors(Place(tmp_path), Cheap())


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(SettingsError, match="looks like"):
        Vectors(Place(tmp_path, url), Cheap())
