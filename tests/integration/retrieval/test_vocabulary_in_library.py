"""What people keep by hand leads somewhere: every standard word of the vocabulary is in the library."""

from pathlib import Path

from knowledge.documents.loading import load_folder
from retrieval.vocabulary import expressions, missing_terms

LIBRARY = Path(__file__).parents[3] / "knowledge" / "library"


def texts() -> list[str]:
    return [
        "\n".join(
            (
                loaded.version.title,
                loaded.version.short_title,
                *loaded.version.topics,
                *provision.path,
                provision.heading,
                provision.text,
                *provision.typical_questions,
            )
        )
        for loaded in load_folder(LIBRARY)
        for provision in loaded.provisions
    ]


def test_every_standard_word_of_the_vocabulary_is_in_the_library() -> None:
    assert missing_terms(texts()) == ()


def test_the_vocabulary_is_large_and_the_check_can_fail() -> None:
    assert len(expressions()) > 900
    assert "融资融券" in missing_terms(["一部与证券无关的法律"])
