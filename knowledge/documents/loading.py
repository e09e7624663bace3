"""Reads library files: Markdown with front matter, one file one version. The format is told in the library's README."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml

from knowledge.documents.model import (
    Audience,
    Kind,
    LoadedVersion,
    Period,
    Provision,
    ProvisionRef,
    Rendition,
    Verification,
    Version,
)
from knowledge.documents.splitting import Section, split
from knowledge.errors import Invalid

_REQUIRED = frozenset(
    {"id", "kind", "title", "issuer", "effective_from", "rendition", "verification", "audience", "source"}
)
_OPTIONAL = frozenset(
    {"short_title", "document_number", "issued_on", "effective_to", "version", "topics", "branches", "product"}
)
_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_LABEL = re.compile(r"[^@\s:/]{1,64}")
_PARTS = 3
_LARGEST_BYTES = 16 * 2**20

_Choice = TypeVar("_Choice", bound=StrEnum)


def load_folder(path: Path) -> tuple[LoadedVersion, ...]:
    """Read one file or a tree of ``*.md`` (``README.md`` apart), in order of document and first day in force.

    Raises:
        Invalid: one message with ``file：reason`` for every file that cannot be read.

    """
    if path.is_file():
        return (load_file(path),)
    if not path.is_dir():
        raise Invalid(f"找不到「{path}」。")
    files = sorted(file for file in path.rglob("*.md") if file.name != "README.md")
    if not files:
        raise Invalid(f"「{path}」里没有 .md 文件。")
    loaded: list[tuple[Path, LoadedVersion]] = []
    problems: list[str] = []
    for file in files:
        try:
            loaded.append((file, _read(file)))
        except Invalid as error:
            problems += [f"{file.relative_to(path)}：{line}" for line in error.message.splitlines()]
    problems += _collisions([(str(file.relative_to(path)), each) for file, each in loaded])
    if problems:
        raise Invalid("\n".join(problems))
    return tuple(sorted((each for _, each in loaded), key=_order))


def load_file(path: Path) -> LoadedVersion:
    """Read one file.

    Raises:
        Invalid: ``file：reason``, one line a problem.

    """
    try:
        return _read(path)
    except Invalid as error:
        raise Invalid("\n".join(f"{path.name}：{line}" for line in error.message.splitlines())) from None


def load_bytes(content: bytes) -> LoadedVersion:
    """Read the content of a file.

    Raises:
        Invalid: one line a problem, each naming its field.

    """
    front, body = _parts(content)
    fields = _Fields(_mapping(front))
    version = _version(fields, hashlib.sha256(content).hexdigest())
    product = _product(fields)
    sections: tuple[Section, ...] = ()
    try:
        sections = split(body)
    except Invalid as error:
        fields.problems.append(error.message)
    if fields.problems or version is None:
        raise Invalid("\n".join(fields.problems))
    provisions = tuple(_provision(version, section, position) for position, section in enumerate(sections))
    return LoadedVersion(version=version, provisions=provisions, product=product)


def _read(path: Path) -> LoadedVersion:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(f"读不出文件（{error.strerror}）。") from error
    loaded = load_bytes(content)
    named, at, label = path.stem.partition("@")
    if at and (named, label) != (loaded.version.document_id, loaded.version.label):
        expected = f"{loaded.version.document_id}@{loaded.version.label}.md"
        raise Invalid(f"文件名与 id、version 不一致，应为 {expected}。")
    return loaded


def _order(loaded: LoadedVersion) -> tuple[str, date]:
    return loaded.version.document_id, loaded.version.period.effective_from


def _collisions(loaded: Sequence[tuple[str, LoadedVersion]]) -> list[str]:
    """Files that give one version twice, or two versions in force on one day."""
    problems = []
    ordered = sorted(loaded, key=lambda each: _order(each[1]))
    for (name, before), (other, after) in pairwise(ordered):
        if before.version.document_id != after.version.document_id:
            continue
        if before.version.label == after.version.label:
            problems.append(f"{other}：version 与 {name} 相同（{after.version.label}）。")
        elif before.version.period.overlaps(after.version.period):
            problems.append(f"{other}：有效期与 {name} 重叠。")
    return problems


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _StrictLoader(yaml.SafeLoader):
    """Refuses aliases and repeated keys; a day that is not in the calendar stays text, for its field to tell."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise Invalid("文件头不能使用 YAML 的引用（*名称）。")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if repeated := sorted({str(key) for key in keys if keys.count(key) > 1}):
            raise Invalid(f"{'、'.join(repeated)}：字段重复。")
        return super().construct_mapping(node, deep)

    def construct_day(self, node: yaml.ScalarNode) -> object:
        """A date, or the text where there is no such day."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _StrictLoader.construct_day)


def _parts(content: bytes) -> tuple[str, str]:
    if len(content) > _LARGEST_BYTES:
        raise Invalid(f"文件大于 {_LARGEST_BYTES // 2**20} MB。")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Invalid("不是 UTF-8 编码的文本。") from None
    if (control := _CONTROL.search(text)) is not None:
        raise Invalid(f"第 {text.count(chr(10), 0, control.start()) + 1} 行有不可见的控制字符。")
    parts = re.split(r"^---[ \t]*$\n?", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) < _PARTS or parts[0].strip():
        raise Invalid("缺少文件头：文件应以「---」开始，文件头以「---」结束。")
    return parts[1], parts[2]


def _mapping(front: str) -> dict[str, Any]:
    try:
        values = yaml.load(front, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 2} 行" if mark else "某处"
        raise Invalid(f"文件头不是合法的 YAML（{line}附近）。") from None
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise Invalid("文件头应是「字段: 值」的列表。")
    return values


@dataclass(slots=True)
class _Fields:
    """Front matter, read field by field; what is wrong is collected, not thrown."""

    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if unknown := sorted(self.values.keys() - _REQUIRED - _OPTIONAL):
            self.problems.append(f"{'、'.join(unknown)}：不认识的字段。")
        self.problems += [f"{name}：缺少这个必填字段。" for name in sorted(_REQUIRED) if self.values.get(name) is None]

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.problems.append(f"{name}：应是不空的文字，实际是「{str(value)[:40]}」。")
            return ""
        return value.strip()

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                return datetime.strptime(value.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                pass
        elif value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.problems.append(f"{name}：「{value}」不是日期，应写作 2026-07-06。")
        return None

    def choice(self, name: str, kind: type[_Choice]) -> _Choice | None:
        value = self.values.get(name)
        if value is None:
            return None
        try:
            return kind(value)
        except ValueError:
            self.problems.append(f"{name}：「{value}」不认识，可用：{'、'.join(kind)}。")
            return None

    def matching(self, name: str, value: str, pattern: re.Pattern[str], rule: str) -> str:
        if value and not pattern.fullmatch(value):
            self.problems.append(f"{name}：「{value}」{rule}。")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            self.problems.append(f"{name}：应是文字的列表。")
            return ()
        return tuple(each.strip() for each in value)


def _version(fields: _Fields, digest: str) -> Version | None:
    document_id = fields.matching(
        "id", fields.text("id"), _ID, "只能用字母、数字和连字符，并以字母开头，不超过64个字符"
    )
    kind, rendition = fields.choice("kind", Kind), fields.choice("rendition", Rendition)
    verification, audience = fields.choice("verification", Verification), fields.choice("audience", Audience)
    title, issuer, source = fields.text("title"), fields.text("issuer"), fields.text("source")
    period = _period(fields)
    label = _label(fields, period)
    issued_on, topics, branches = fields.day("issued_on"), fields.texts("topics"), fields.texts("branches")
    document_number = fields.text("document_number") or None
    short_title = fields.text("short_title") or title
    if kind is None or rendition is None or verification is None or audience is None or period is None:
        return None
    return Version(
        document_id=document_id,
        label=label,
        kind=kind,
        title=title,
        short_title=short_title,
        issuer=issuer,
        document_number=document_number,
        issued_on=issued_on,
        period=period,
        rendition=rendition,
        verification=verification,
        audience=audience,
        source=source,
        topics=topics,
        branches=branches,
        digest=digest,
    )


def _period(fields: _Fields) -> Period | None:
    problems = len(fields.problems)
    begins, ends = fields.day("effective_from"), fields.day("effective_to")
    if begins is None or len(fields.problems) > problems:
        return None
    try:
        return Period(effective_from=begins, effective_to=ends)
    except Invalid as error:
        fields.problems.append(f"effective_to：{error.message}")
        return None


def _label(fields: _Fields, period: Period | None) -> str:
    value = fields.values.get("version")
    if value is None:
        return period.effective_from.isoformat() if period else ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return fields.matching("version", fields.text("version"), _LABEL, "不能含空格、冒号、斜线或 @，不超过64个字符")


def _product(fields: _Fields) -> dict[str, object] | None:
    value = fields.values.get("product")
    is_product = fields.values.get("kind") == Kind.PRODUCT
    if is_product and not isinstance(value, dict):
        fields.problems.append("product：产品文件必须写明产品要素。")
    if not is_product and value is not None:
        fields.problems.append("product：只有 kind 为 product 的文件可以有产品要素。")
    return dict(value) if isinstance(value, dict) else None


def _provision(version: Version, section: Section, position: int) -> Provision:
    return Provision(
        ref=ProvisionRef(version.document_id, section.locator, version.label),
        kind=version.kind,
        document_title=version.title,
        path=section.path,
        heading=section.heading,
        text=section.text,
        period=version.period,
        verification=section.verification or version.verification,
        rendition=version.rendition,
        audience=version.audience,
        position=position,
        typical_questions=section.questions,
        branches=version.branches,
    )
