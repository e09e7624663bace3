"""What follows from breaking an article that a question names: told from what sanctions that article, no other."""

import re
from collections.abc import Iterable, Sequence

from knowledge.documents.model import Kind, Provision

NOT_KNOWN = "知识库里没有写明违反这一条如何处罚的条文，请查阅该文件法律责任部分的官方文本。"
_MOST = 2
_RELATED = 0.5
"""Share of the character pairs of a sanction's title that the article has, from which it is that article's."""
_ASKS = re.compile(
    r"处罚|罚款|罚金|罚则|罚没|怎么罚|[会要被受]罚|罚(?:多少|几|得|不罚|什么)|法律责任|什么责任|什么后果|(?:有|啥)后果"
)
_SANCTIONS = re.compile(r"罚款|没收|警告|责令|吊销|撤销[^。；]{0,12}(?:许可|资格|登记)|市场禁入|拘留|刑事责任")
_OF_ITS_TITLE = re.compile(r"^第[^\s]{1,9}条(?:之[^\s]{1,3})?\s*|违反|(?:的)?(?:法律责任|处罚|罚则|责任)$")
_NO_WORD = re.compile(r"\W|[的和与及或]")


def asks_for_sanctions(text: str) -> bool:
    """Whether a question asks what follows from a breach."""
    return _ASKS.search(text) is not None


def sanctions(provision: Provision) -> bool:
    """Whether a rule says what follows from a breach."""
    return provision.kind is Kind.RULE and _SANCTIONS.search(provision.text) is not None


def sanctions_of(article: Provision, citing: Iterable[Provision], beside: Iterable[Provision]) -> tuple[Provision, ...]:
    """What sanctions a breach of ``article``, of its own document first.

    Of what is ``citing`` it, all that sanctions; of what stands ``beside`` it in its document, what bears a title made
    of its words, as summaries name what they sanction by its subject.
    """
    named = sorted(filter(sanctions, citing), key=lambda each: each.ref.document_id != article.ref.document_id)
    by_title = (each for each in beside if sanctions(each) and _is_about(each, article))
    found = {each.ref: each for each in (*named, *by_title) if each.ref != article.ref}
    return tuple(found.values())[:_MOST]


def _is_about(sanction: Provision, article: Provision) -> bool:
    wanted = _pairs(_OF_ITS_TITLE.sub("", sanction.heading.strip()))
    return bool(wanted) and len(wanted & _pairs(f"{article.heading} {article.text}")) >= _RELATED * len(wanted)


def _pairs(text: str) -> frozenset[str]:
    runs: Sequence[str] = _NO_WORD.split(text)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))
