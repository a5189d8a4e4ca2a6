import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vectorstore import embedding
from vectorstore.embedding import BUNDLED, Embedder, bundled_model, check_bundled_model
from vectorstore.errors import ModelError

TEXTS = ["Bridges are built.", "", "日本 \U0001f600", "a " * 3000, "Bridges are built."]


@pytest.fixture(scope="module")
def embedder():
    return Embedder()


def test_vectors_have_unit_length_and_the_models_dimension(embedder):
    vectors = embedder.embed_statements(TEXTS)
    assert vectors.shape == (5, embedder.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_in_whatever_company(embedder):
    together = embedder.embed_statements(TEXTS)
    assert np.allclose(together[0], embedder.embed_statements(TEXTS[:1])[0], atol=1e-5)
    assert np.allclose(together[0], together[4], atol=1e-5)
    assert np.allclose(together[0], embedder.embed_query(TEXTS[0]), atol=1e-5)
    assert np.allclose(together[:1], embedder.embed_documents(TEXTS[:1]), atol=1e-5)


def test_what_means_the_same_is_nearer_than_what_does_not(embedder):
    asked, near, far = embedder.embed_queries(
        ["Who constructs bridges?", "Engineers build bridges.", "The soup was cold."]
    )
    assert asked @ near > asked @ far + 0.2


def test_nothing_is_loaded_before_it_is_needed():
    assert Embedder()._model is None


def test_the_bundled_model_is_the_published_one():
    assert check_bundled_model() == bundled_model()


def test_a_damaged_model_is_refused_with_the_remedy(tmp_path, monkeypatch):
    shutil.copytree(bundled_model(), tmp_path / "model", ignore=shutil.ignore_patterns("*.safe*"))
    monkeypatch.setattr(embedding, "bundled_model", lambda: tmp_path / "model")
    with pytest.raises(ModelError, match=r"cannot be read.*pip install"):
        Embedder(BUNDLED).embed_query("x")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"damaged.*pip install"):
        Embedder(BUNDLED).embed_query("x")


def test_a_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelError, match="ROOSBOT_EMBEDDING_MODEL"):
        Embedder(str(tmp_path)).embed_query("x")


def test_one_thread_encodes_whoever_asks(embedder):
    def encode(texts, **_):
        return np.array([threading.get_ident() for _ in texts])

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: embedder._encoded(encode, ["x"])[0], range(20)))
    assert len(set(found)) == 1
    assert threading.get_ident() not in found
