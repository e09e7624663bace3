"""What a user would assemble from the usual parts, over the same texts and the same vectors.

LlamaIndex: a vector index in Chroma and a BM25 retriever, both with a metadata filter on the day, joined by its fusion
retriever. LangChain: a BM25 retriever over the texts in force and Chroma with a filter on the day, joined by its
ensemble retriever. Both get our words and our vectors, so that what is compared is the machinery. Both answer for one
day only, whose filter is prepared before the first search: a new day would mean to prepare it again.
"""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from retrieval.model import Passage
from retrieval.ports import Embedder, Vectors
from retrieval.segmentation import fold, words
from retrieval.vectors import embedded

_TAKEN = 40
"""From each side before the fusion, as our own search takes."""
_BATCH = 2000
_BETWEEN_SPACES = r"\S+"
_NEEDS = {
    "LlamaIndex": ("llama_index.retrievers.bm25", "llama_index.vector_stores.chroma"),
    "LangChain": ("langchain_chroma", "langchain_classic", "langchain_community", "rank_bm25"),
}

Search = Callable[[str], list[str]]
"""Ids for a question, best first."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is indexed."""

    passages: Sequence[Passage]
    embedder: Embedder
    day: date

    def vectors(self) -> Vectors:
        """A row a passage, as our own index has them."""
        return self.embedder.embed([embedded(passage) for passage in self.passages])

    def vector_of(self, question: str) -> list[float]:
        """As our own search asks."""
        vector: list[float] = self.embedder.embed([fold(question)])[0].tolist()
        return vector

    def is_in_force(self, passage: Passage) -> bool:
        """On the day that is asked for."""
        return passage.effective_from <= self.day.toordinal() < passage.effective_to


class Builder(Protocol):
    """Indexes texts in a folder."""

    def __call__(self, texts: Texts, folder: Path, *, limit: int) -> Search:
        """How to search them."""


def missing(peer: str) -> tuple[str, ...]:
    """Packages of a peer that are not installed."""
    return tuple(name for name in _NEEDS[peer] if not _is_there(name))


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def build_llama_index(texts: Texts, folder: Path, *, limit: int) -> Search:
    """``VectorStoreIndex`` over Chroma, ``BM25Retriever``, ``QueryFusionRetriever`` by reciprocal rank."""
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.chroma import ChromaVectorStore

    model = _llama_embedding(texts)
    nodes = [
        TextNode(
            id_=str(passage.ref),
            text=_in_words(passage),
            embedding=vector.tolist(),
            metadata=_period(passage),
            excluded_embed_metadata_keys=["effective_from", "effective_to"],
        )
        for passage, vector in zip(texts.passages, texts.vectors(), strict=True)
    ]
    store = ChromaVectorStore.from_params("peer", persist_dir=str(folder))
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(nodes, storage_context=context, embed_model=model, insert_batch_size=_BATCH)
    day = texts.day.toordinal()
    filters = MetadataFilters(
        filters=[
            MetadataFilter(key="effective_from", value=day, operator=FilterOperator.LTE),
            MetadataFilter(key="effective_to", value=day, operator=FilterOperator.GT),
        ]
    )
    keyword = BM25Retriever.from_defaults(
        nodes=nodes, similarity_top_k=_TAKEN, skip_stemming=True, token_pattern=_BETWEEN_SPACES, filters=filters
    )
    fusion = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=_TAKEN, filters=filters), keyword],
        llm=MockLLM(),
        mode="reciprocal_rerank",
        similarity_top_k=limit,
        num_queries=1,
        use_async=False,
    )
    return lambda question: [found.node.node_id for found in fusion.retrieve(" ".join(words(question)))]


def _llama_embedding(texts: Texts) -> Any:  # noqa: ANN401 - a class of the peer
    from llama_index.core.embeddings import BaseEmbedding

    class Ours(BaseEmbedding):  # type: ignore[misc] # published without types
        def _get_query_embedding(self, query: str) -> list[float]:
            return texts.vector_of(query.replace(" ", ""))

        def _get_text_embedding(self, text: str) -> list[float]:
            return texts.vector_of(text)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Ours(model_name=texts.embedder.name)


def build_langchain(texts: Texts, folder: Path, *, limit: int) -> Search:
    """``BM25Retriever`` over what is in force, ``Chroma`` with a filter, ``EnsembleRetriever`` at equal weights."""
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document

    documents = [
        Document(page_content=_plain(passage), metadata=_period(passage) | {"ref": str(passage.ref)})
        for passage in texts.passages
    ]
    vectors = texts.vectors()
    known = {document.page_content: vectors[row] for row, document in enumerate(documents)}
    store = Chroma("peer", embedding_function=_langchain_embedding(texts, known), persist_directory=str(folder))
    for start in range(0, len(documents), _BATCH):
        store.add_documents(documents[start : start + _BATCH])
    in_force = [each for each, passage in zip(documents, texts.passages, strict=True) if texts.is_in_force(passage)]
    keyword = BM25Retriever.from_documents(in_force, preprocess_func=words, k=_TAKEN)
    day = texts.day.toordinal()
    on_the_day = {"$and": [{"effective_from": {"$lte": day}}, {"effective_to": {"$gt": day}}]}
    dense = store.as_retriever(search_kwargs={"k": _TAKEN, "filter": on_the_day})
    ensemble = EnsembleRetriever(retrievers=[keyword, dense], weights=[0.5, 0.5], id_key="ref")
    return lambda question: [document.metadata["ref"] for document in ensemble.invoke(question)][:limit]


def _langchain_embedding(texts: Texts, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a class of the peer
    from langchain_core.embeddings import Embeddings

    class Ours(Embeddings):  # type: ignore[misc] # published without types
        def embed_documents(self, documents: list[str]) -> list[list[float]]:
            return [known[document].tolist() for document in documents]

        def embed_query(self, text: str) -> list[float]:
            return texts.vector_of(text)

    return Ours()


BUILDERS: Mapping[str, Builder] = {"LlamaIndex": build_llama_index, "LangChain": build_langchain}


def _period(passage: Passage) -> dict[str, Any]:
    return {"effective_from": passage.effective_from, "effective_to": passage.effective_to}


def _plain(passage: Passage) -> str:
    return f"{passage.title}\n{passage.heading}\n{passage.text}"


def _in_words(passage: Passage) -> str:
    return " ".join(words(_plain(passage)))
