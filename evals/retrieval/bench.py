"""The product's search over one corpus, as the eval asks it."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from assistant.errors import Invalid
from evals.retrieval.corpora import Corpus, Judged, Question
from knowledge.documents.model import Audience, Provision
from retrieval.embedding import open_embedder
from retrieval.fusion import Fusion
from retrieval.indexing import Indexer
from retrieval.model import Query, SearchResult
from retrieval.ranking import LearnedRanker, Ranker, open_ranker
from retrieval.ranking_training import examples_of, fit, lessons_of
from retrieval.search import Searcher, SearchSettings

DEPTH = 100
_NO_MODEL_HERE = Path("no-ranker-of-this-corpus")


@dataclass(slots=True)
class Bench:
    """Indexes, searcher and ranker over one corpus."""

    corpus: Corpus
    names: Mapping[str, str] | None
    """Text id of each reference, for BEIR corpora; ``None`` for the library, whose references are the ids."""
    indexer: Indexer
    settings: SearchSettings
    reranker: str
    folder: Path
    today: date
    searcher: Searcher = field(init=False)
    known: frozenset[str] = frozenset()
    """The names of texts that have a typical question."""
    index_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = SearchSettings(**{**asdict(self.settings), "candidates": max(DEPTH, self.settings.candidates)})
        self.rank_by(open_ranker(self.reranker, self.fusion, trained=_NO_MODEL_HERE))
        self.follow()

    @classmethod
    def open(
        cls,
        data: Path,
        scratch: Path,
        *,
        library: Path | None,
        embedding: str,
        reranker: str,
        settings: SearchSettings,
        today: date,
    ) -> "Bench":
        """Index the corpus of a folder, or the library.

        Raises:
            Invalid: there is neither.

        """
        names: Mapping[str, str] | None = None
        if (data / "corpus.jsonl").is_file():
            corpus, names = Corpus.of_folder(data)
        elif library is not None:
            corpus = Corpus.of_library(library)
        else:
            raise Invalid(f"「{data}」里没有 corpus.jsonl，也没有指定知识库文件夹。")
        indexer = Indexer(scratch / "index", reading=corpus.reading, embedder=open_embedder(embedding))
        return cls(corpus, names, indexer, settings, reranker, scratch / "index", today)

    @property
    def fusion(self) -> Fusion:
        """The ranker that learned nothing, with the weights of the settings."""
        chosen = self.settings
        return Fusion(keyword=chosen.keyword_weight, vector=chosen.vector_weight, contained=chosen.contained_weight)

    def rank_by(self, ranker: Ranker) -> None:
        """Search with this ranker from now on."""
        self.searcher = Searcher(
            keyword=self.indexer.keyword,
            vectors=self.indexer.vectors,
            provisions=self.corpus.provisions,
            settings=self.settings,
            ranker=ranker,
        )

    def follow(self) -> None:
        """Index what changed."""
        started = time.perf_counter()
        self.indexer.catch_up()
        asked = (str(each.ref) for each in self.corpus.all_provisions() if each.typical_questions)
        self.known = frozenset(map(self.id_of, asked))
        self.index_seconds = self.index_seconds or time.perf_counter() - started

    def query(self, question: Question) -> Query:
        """As the product would ask it, deeper."""
        return Query(text=question.text, as_of=question.as_of or self.today, reader=Audience.INTERNAL, limit=DEPTH)

    def ask(self, question: Question) -> SearchResult:
        """Search, and note how long it took."""
        query = self.query(question)
        started = time.perf_counter()
        result = self.searcher.search(query)
        self.latencies.append((time.perf_counter() - started) * 1000)
        return result

    def id_of(self, reference: str) -> str:
        """What the judgements call a provision."""
        return self.names[reference] if self.names is not None else reference

    def relevant(self, question: Question, wanted: Iterable[str]) -> frozenset[str]:
        """In the library 「SUIT:22」 is whichever version is in force on the day of the question."""
        if self.names is not None:
            return frozenset(wanted)
        day = question.as_of or self.today
        names = frozenset(wanted)
        return frozenset(str(each.ref) for each in self._in_force(day) if names & {each.ref.short, str(each.ref)})

    def learn(self, questions: Sequence[Question], judged: Judged) -> None:
        """Know these questions, index them, and train the ranker on them where it learns.

        Raises:
            Invalid: the judgements are over our library.

        """
        if self.names is None:
            raise Invalid("知识库自己的判定集不支持另外学习问题：典型问题已经写在条文里。")
        refs = {name: ref for ref, name in self.names.items()}
        known: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            for name in sorted(judged.relevant[question.id]):
                if name in refs:
                    known[refs[name]].append(question.text)
        self.corpus.learn(known)
        self.follow()
        if self.reranker == "learned":
            self.rank_by(self._trained())

    def _trained(self) -> Ranker:
        """What the product would have learned from the questions that are known now."""
        provisions = [each for each in self.corpus.all_provisions() if each.typical_questions]
        pairs = [(question, each.ref.short) for each in provisions for question in each.typical_questions]
        self.rank_by(self.fusion)
        trained = fit(f"trained on {len(pairs)}", examples_of(lessons_of(pairs), self.searcher, day=self.today))
        return LearnedRanker(trained.name, trained.weights, self.fusion) if any(trained.weights) else self.fusion

    def _in_force(self, day: date) -> Iterator[Provision]:
        return (each for each in self.corpus.all_provisions() if each.in_force_on(day))
