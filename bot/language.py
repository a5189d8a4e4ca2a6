"""Whether a question is in a language that the bundled models do not read."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Below this the identifier's guess about a few words is no more than that: English keywords
# such as "cyber attacks" reach 0.34 for some other language, whole questions 0.55 and more.
SURE = 0.5

# Words that nearly every English question has one of, and that no close language shares.
_ENGLISH_WORDS = """
about and did does he his how said say she the they what when where which who why you
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())

_NAMES = {
    "ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def foreign(question: str) -> str:
    """The name of the question's language if it is surely not English, or "".

    The method is that of Lui & Baldwin, "langid.py" (ACL 2012).
    """
    if _ENGLISH.intersection(re.findall(r"\w+", question.lower())):
        return ""
    language, probability = _identifier().classify(question)  # type: ignore[no-untyped-call]
    if language == "en" or probability < SURE:
        return ""
    return _NAMES.get(language, f"in the language “{language}”")


def notice(language: str) -> str:
    """What to tell a person whose question the models cannot read."""
    return (
        f"The question looks {language}, and the bundled models read English: ask in English, or "
        "set ROOSBOT_EMBEDDING_MODEL and ROOSBOT_READER_MODEL to multilingual models."
    )


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: LanguageIdentifier = LanguageIdentifier.from_model_file(  # type: ignore[no-untyped-call]
        MODEL_FILE, norm_probs=True
    )
    return identifier


def noticed(question: str, embedding_model: str) -> str:
    """The notice, if the question is foreign to the bundled embedding model, or ""."""
    from vectorstore.embedding import BUNDLED

    language = foreign(question) if embedding_model == BUNDLED else ""
    return notice(language) if language else ""
