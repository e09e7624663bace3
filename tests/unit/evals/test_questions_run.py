from collections.abc import Iterator

from assistant.conversations.model import AnswerType
from assistant.workflows.compose_answer import Asked, Composed, StepStarted
from evals.questions.model import Question
from evals.questions.run import evaluate
from knowledge.documents.model import Audience
from tests.support.drafting import TODAY, a_statement, some_evidence


def answers(asked: Asked) -> Iterator[StepStarted | Composed]:
    yield StepStarted("searching", "正在检索有效条文")
    if "涨停" in asked.text:
        yield Composed(type=AnswerType.REFUSE, as_of=TODAY, reason="不预测价格。", instead="可以问规则。")
        return
    invented = a_statement("科创板要99万元。", quote="科创板的50万元不含融资融券融入的资金和证券。")
    yield Composed(type=AnswerType.ANSWER, as_of=TODAY, statements=(invented,), evidence=(some_evidence(),))


def test_a_run_counts_what_was_said_and_what_nothing_proves() -> None:
    questions = (
        Question(id="1", text="科创板要多少钱？", expected_type=AnswerType.ANSWER, must_contain=(("99万",),)),
        Question(id="2", text="哪只涨停？", expected_type=AnswerType.REFUSE, must_contain=(("规则",),)),
    )
    result = evaluate(questions, answers, settings={}, data_digest="d")
    assert result.n == 2
    assert result.metrics["accuracy"] == 1.0
    assert result.metrics["refusal_recall"] == 1.0
    assert result.metrics["unproven_numbers"] == 1
    assert [case["type"] for case in result.cases] == ["answer", "refuse"]
    assert set(result.metrics) == {
        "accuracy",
        "citation_recall",
        "citation_precision",
        "refusal_recall",
        "refusal_precision",
        "as_of_accuracy",
        "unproven_numbers",
        "latency_ms_p50",
        "latency_ms_p95",
    }


def test_a_question_is_put_with_the_rights_of_its_asker() -> None:
    readers = []

    def remember(asked: Asked) -> Iterator[StepStarted | Composed]:
        readers.append(asked.reader)
        yield from answers(asked)

    for asker in ("customer", "advisor", "somebody else"):
        question = Question(id="1", text="问", asker=asker, expected_type=AnswerType.ANSWER)
        evaluate((question,), remember, settings={}, data_digest="d")
    assert readers == [Audience.CUSTOMER, Audience.ADVISOR, Audience.CUSTOMER]
