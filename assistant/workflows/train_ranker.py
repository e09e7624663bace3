"""Learn from use which candidates answer: fit the ranker to the questions of approved replies."""

from dataclasses import dataclass
from pathlib import Path

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Invalid, NotPermitted
from assistant.identity.model import Actor
from assistant.storage import Storage
from assistant.workflows.publish_library import KEEPERS
from retrieval.ranking_training import Trial, examples_of, fit, lessons_of, try_out
from retrieval.search import Searcher

FEWEST = 100
"""Below this many questions the weights follow chance."""


@dataclass(frozen=True, slots=True)
class TrainRanker:
    """Tried on questions that it did not see, beside the ranker in use; kept only where it is better."""

    storage: Storage
    searcher: Searcher
    file: Path
    clock: Clock

    def __call__(self, *, by: Actor) -> Trial:
        """Train; where it pays, the model is used from the next start on.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: too few questions were learned from use.
            Unavailable: the file cannot be written.

        """
        if by.role not in KEEPERS:
            raise NotPermitted("只有知识管理员可以训练排序。")
        with self.storage.reading() as work:
            learned = work.questions.learned()
        lessons = lessons_of((each.text, f"{each.document_id}:{each.locator}") for each in learned)
        examples = examples_of(lessons, self.searcher, day=self.clock.today())
        if len(examples) < FEWEST:
            raise Invalid(
                f"从使用中学到、且检索得到答案的问题有 {len(examples)} 个，少于训练排序所需的 {FEWEST} 个，"
                "继续使用现有的排序。"
            )
        trial = try_out(examples)
        if trial.pays:
            ranker = fit(f"learned:{len(examples)}:{self.clock.today()}", examples)
            with self.storage.unit_of_work() as work:
                work.audit.add(
                    AuditEvent.RANKER_TRAINED,
                    actor=by,
                    subject=f"ranker:{ranker.name}",
                    at=self.clock.now(),
                    detail={
                        "questions": trial.questions,
                        "today": round(trial.today, 4),
                        "learned": round(trial.learned, 4),
                    },
                )
                ranker.write(self.file)
        return trial
