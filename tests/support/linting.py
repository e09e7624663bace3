"""Texts for the linter: one clean of each kind, to be spoilt by a test."""

from assistant.workflows.lint_library import lint
from knowledge.documents.linting.model import Code, LibraryText, LintFinding
from tests.support.library import a_loaded_version

RULE = """
## 第二十二条 禁止行为

经营机构不得主动向普通投资者推介风险等级高于其承受能力的产品。

> 问：C2客户能买R4产品吗？

## 第二十三条 门槛

开通科创板，个人投资者前20个交易日日均资产不低于50万元。

> 问：科创板要多少钱？
"""

SCRIPT = """
## 适用情境

客户询问怎么开科创板。

> 问：客户问科创板怎么答？

## 参考话术

科创板需要您申请前20个交易日日均资产不低于50万元。

> 问：科创板条件怎么跟客户讲？

## 禁止说法

（一）「找人凑几天资产就够了。」属于规避准入，不得使用。

> 问：能教客户凑资产吗？

## 依据

科创板开通前20个交易日日均资产不低于50万元（依据：适当性办法第二十三条，SUIT:23）。

> 问：科创板条件的依据是什么？
"""

CASE = """
## 情境

一位客户手里有20万元，问能不能买高风险产品。

> 问：客户要买高风险产品怎么办？

## 应当做

先说明不能向普通投资者推介超出承受能力的产品（依据：适当性办法第二十二条，SUIT:22）。

> 问：先说明什么？

## 不应当做

不得代客户重填问卷（依据：适当性办法第二十二条，SUIT:22）。

> 问：能代填问卷吗？

## 人工动作

产品级建议由投资顾问复核（依据：适当性办法第二十二条，SUIT:22）。

> 问：谁来复核？

## 依据

超出承受能力的产品不主动推介（依据：适当性办法第二十二条，SUIT:22）。

> 问：依据是哪条？
"""


def a_text(body: str = RULE, *, name: str | None = None, **fields: str) -> LibraryText:
    """A text; a rule unless its fields say otherwise."""
    loaded = a_loaded_version(body, **fields)
    version = loaded.version
    return LibraryText(name=name or f"{version.document_id}@{version.label}.md", loaded=loaded)


def a_guide(body: str, **fields: str) -> LibraryText:
    """A guide of ours that may cite the rule."""
    return a_text(body, **{"id": "GUIDE-X", "kind": "guide", "title": "开户指南", "short_title": "开户指南"} | fields)


def a_script(body: str = SCRIPT, **fields: str) -> LibraryText:
    """A script that may cite the rule."""
    return a_text(body, **{"id": "SCRIPT-X", "kind": "script", "title": "开通话术", "short_title": "话术"} | fields)


def a_case(body: str = CASE, **fields: str) -> LibraryText:
    """A case that may cite the rule."""
    return a_text(body, **{"id": "CASE-X", "kind": "case", "title": "演示案例", "short_title": "案例"} | fields)


def found_in(*texts: LibraryText, beside: tuple[LibraryText, ...] | None = None) -> tuple[LintFinding, ...]:
    """What is found in ``texts`` beside the rule."""
    return lint(texts, (a_text(),) if beside is None else beside).findings


def codes(*texts: LibraryText, beside: tuple[LibraryText, ...] | None = None) -> list[Code]:
    """The codes alone."""
    return [finding.code for finding in found_in(*texts, beside=beside)]


__all__ = ["a_case", "a_guide", "a_script", "a_text", "codes", "found_in"]
