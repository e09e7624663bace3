"""Are questions answered rightly, with the right proof, for the right day, and refused where they must be?"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.bootstrap import Application
from evals.questions.ask import Compose, put
from evals.questions.model import Outcome, Question, by_type, metrics, read
from evals.report import digest_of, percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsResult:
    """What was measured. ``metrics`` has the keys of the evaluation format."""

    n: int
    metrics: dict[str, float | None]
    by_type: dict[str, dict[str, float | None]]
    """Number and accuracy of each expected type."""
    settings: dict[str, Any]
    data_digest: str
    cases: list[dict[str, Any]] = field(default_factory=list)


def run(file: Path, application: Application) -> QuestionsResult:
    """Put every question of ``file`` to the product as it is set up; ``Invalid`` where a line cannot be read."""
    settings = application.settings
    model = settings.language_model
    return evaluate(
        read(file),
        application.answer_question.compose,
        settings={
            "writer": model.model if model.configured else "extractive",
            "retrieval": settings.retrieval.model_dump(mode="json"),
            "today": application.clock.today().isoformat(),
        },
        data_digest=digest_of(file),
    )


def evaluate(
    questions: tuple[Question, ...], compose: Compose, *, settings: dict[str, Any], data_digest: str
) -> QuestionsResult:
    """The same for questions that were read already."""
    outcomes = [Outcome(question=question, given=put(question, compose)) for question in questions]
    times = [outcome.given.milliseconds for outcome in outcomes]
    return QuestionsResult(
        n=len(outcomes),
        metrics={
            **metrics(outcomes),
            "latency_ms_p50": round(percentile(times, 50), 1),
            "latency_ms_p95": round(percentile(times, 95), 1),
        },
        by_type=by_type(outcomes),
        settings=settings,
        data_digest=data_digest,
        cases=[outcome.as_json() for outcome in outcomes],
    )
