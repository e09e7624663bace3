"""The shipped embedding loads without torch, is one with sentence-transformers, and can be trained again."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import Invalid
from retrieval.embedding import SHIPPED, StaticEmbedder, open_embedder
from retrieval.training import Pair, Recipe, save, train

TEXTS = ["c2客户能买r4产品吗？", "主板st股票涨跌幅是多少", "科创板开通条件"]
RECIPE = Recipe(dimensions=8, vocabulary=200, epochs=3)
PASSAGES = ["科创板开通条件日均资产50万元", "印花税卖出时缴纳", "风险测评有效期24个月"]
PAIRS = [Pair("科创板怎么开通", PASSAGES[0]), Pair("卖股票交什么税", PASSAGES[1]), Pair("测评多久过期", PASSAGES[2])]


def test_vectors_have_length_one_or_none() -> None:
    vectors = StaticEmbedder(SHIPPED).embed([*TEXTS, "", "🙂"])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0], abs=1e-5)
    assert StaticEmbedder(SHIPPED).embed([]).shape == (0, StaticEmbedder(SHIPPED).dimensions)


def test_many_texts_are_as_each_alone() -> None:
    embedder = StaticEmbedder(SHIPPED)
    together = embedder.embed([*TEXTS, "", *TEXTS] * 200)
    assert together[:3] == pytest.approx(np.vstack([embedder.embed([text]) for text in TEXTS]), abs=1e-6)
    assert together[-3:] == pytest.approx(together[:3], abs=1e-6)


def test_near_texts_are_near() -> None:
    asked, near, far = StaticEmbedder(SHIPPED).embed(
        ["客户风险测评过期了怎么办", "风险测评过期后先请客户重新测评", "大宗交易的成交申报时间"]
    )
    assert asked @ near > asked @ far + 0.2


def test_it_knows_which_words_it_knows() -> None:
    embedder = StaticEmbedder(SHIPPED)
    assert embedder.familiarity("科创板开通条件") == 1.0
    assert embedder.familiarity("火锅底料") == 0.0
    assert embedder.familiarity("") == 1.0


def test_sentence_transformers_gives_the_same_vectors() -> None:
    """In a process of its own: the import is slow and warns."""
    code = f"""
import numpy as np
from pathlib import Path
from retrieval.embedding import SHIPPED, SentenceTransformerEmbedder, StaticEmbedder
texts = {TEXTS!r}
ours, theirs = StaticEmbedder(SHIPPED).embed(texts), SentenceTransformerEmbedder(str(SHIPPED)).embed(texts)
print(float(np.abs(ours - theirs).max()))
"""
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert float(ran.stdout.split()[-1]) < 1e-3  # half precision


def test_loading_needs_no_torch() -> None:
    code = "import sys, retrieval.embedding as e; e.open_embedder('static'); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_the_setting_chooses_the_model() -> None:
    assert open_embedder("none") is None
    assert isinstance(open_embedder("static"), StaticEmbedder)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"没有可用的静态向量模型|读不出来"):
        StaticEmbedder(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Invalid, match="读不出来"):
        StaticEmbedder(tmp_path)


def test_training_is_the_same_every_time_and_learns(tmp_path: Path) -> None:
    (tokenizer, one), (_, other) = train(PASSAGES, PAIRS, RECIPE), train(PASSAGES, PAIRS, RECIPE)
    assert np.array_equal(one, other)
    save(tokenizer, one, tmp_path)
    embedder = StaticEmbedder(tmp_path)
    scores = embedder.embed([pair.question for pair in PAIRS]) @ embedder.embed(PASSAGES).T
    assert list(scores.argmax(axis=1)) == [0, 1, 2]


def test_the_shipped_model_is_small() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()) < 2_000_000
