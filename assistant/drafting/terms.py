"""Which words a question is about, and how far a text covers them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from retrieval.segmentation import bigrams, content_words, fold
from retrieval.vocabulary import in_standard_words

_DATE = re.compile(r"\d{4}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*[日号])?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")

_HOUSE_WORDS = frozenset(("客户", "公司", "证券公司", "进行", "解释", "说明", "规则", "投资者", "多久", "想问"))
"""Words so common in this house that they tell no sentence from another."""
_NAMES = re.compile(
    "科创板|创业板|北交所|主板|新三板|港股通|可转债|融资融券|转融券|股票期权|印花税|过户费|涨跌幅|保证金|风险测评|投资顾问|私募|公募|赎回费"
)
"""Names that a dictionary cuts wrongly (「能不能开科创板」 becomes 「开科」 and 「创板」): they stand by themselves."""
_STOP_CHARS = frozenset(
    "的了吗呢啊吧么是在有和与或及就都也还又被把将请问我你您他她它们这那哪些几个之于以为对从到向给让要想能会可不没，。"
)

_SAME = (
    ("涨停", "跌停", "涨跌停", "涨跌停板", "涨跌幅", "涨跌幅限制"),
    ("门槛", "条件", "资格", "准入"),
    ("开通", "开", "开户", "申请", "办理"),
    ("风测", "测评", "评估", "风评", "风险测评", "风险评估"),
    ("两融", "融资融券"),
    ("打新", "申购", "新股", "中签"),
    ("签字", "签署", "签"),
    ("亏", "亏损", "赔", "损失", "亏钱"),
    ("手续费", "佣金", "费用", "收费"),
    ("老人", "老年", "老年人", "高龄", "65岁"),
    ("保存", "留存", "存", "存档", "保管", "保留"),
    ("推荐", "推介", "荐股", "介绍"),
    ("承诺", "保证", "担保"),
    ("保本", "本金"),
    ("录音", "录像", "双录"),
    ("投诉", "纠纷", "调解"),
    ("过期", "有效期", "到期", "失效"),
    ("交税", "税", "税率", "印花税"),
    ("送礼", "礼品", "实物", "红包", "回扣"),
    ("外推", "预测", "预期收益"),
    ("撤单", "撤销"),
    ("收盘后", "盘后"),
    ("st", "风险警示", "带帽"),
    ("标识", "标注", "标签", "标明"),
    ("泄露", "透露", "告诉别人"),
    ("替", "代", "代客", "代理", "全权委托"),
    ("手机号", "身份证", "个人信息", "隐私"),
)
_REPRESENTATIVE = {word: group[0] for group in _SAME for word in group}

Terms = Mapping[str, float]
"""Term → weight before rarity: a word counts 1, a pair of characters one half."""

_WORD, _PAIR = 1.0, 0.5
_STRAY_PAIR = 0.25
"""A pair that no text has is mostly an accident between two words of the question."""


def normalise(text: str) -> str:
    """One form for one meaning, without spaces."""
    return re.sub(r"\s+", "", fold(text))


def question_text(question: str) -> str:
    """The question without its dates: they say which day's rule is meant, not what it is about."""
    return _DATE.sub("", question)


def meant_by(question: str) -> str:
    """The question without its dates, in the words of rules where it was asked in people's own."""
    return in_standard_words(question_text(question))


@lru_cache(maxsize=4096)
def terms_of(text: str) -> Mapping[str, float]:
    """The content words of ``text``, their accepted synonyms folded together, and its pairs of characters."""
    found: dict[str, float] = {}
    for word in content_words(_NAMES.sub(r" \g<0> ", text)):
        if word not in _HOUSE_WORDS and (len(word) > 1 or word in _REPRESENTATIVE):
            found[_REPRESENTATIVE.get(word, word)] = _WORD
    for pair in bigrams(text):
        if not _STOP_CHARS.intersection(pair):
            found.setdefault(pair, _PAIR)
    return found


def rarity(texts: Iterable[str]) -> Mapping[str, float]:
    """Inverse document frequency of each term over ``texts``; a term that none has counts most."""
    documents = [terms_of(text) for text in texts]
    counts = Counter(term for document in documents for term in document)
    highest = math.log(1 + len(documents) / 0.5)
    weights = {term: math.log(1 + len(documents) / (count + 0.5)) for term, count in counts.items()}
    weights[""] = highest
    return weights


def coverage(asked: Terms, given: Iterable[str], weights: Mapping[str, float]) -> float:
    """Share, 0 … 1, of what is asked (by weight and rarity) that ``given`` has."""
    highest = weights.get("", 1.0)
    total = hit = 0.0
    have = frozenset(given)
    for term, weight in asked.items():
        stray = _STRAY_PAIR if weight == _PAIR else 1.0
        value = weight * (weights[term] if term in weights else stray * highest)
        total += value
        hit += value if term in have else 0.0
    return hit / total if total else 0.0
