"""Templates of the files, and what is written in them, from the record types."""

import csv
from io import StringIO
from pathlib import Path

from knowledge.customers.importing.record_types import RECORD_TYPES, ColumnKind, ColumnType, RecordType
from knowledge.errors import Invalid

GUIDE = "填写说明.md"
_KINDS = {
    ColumnKind.CODE: "编号",
    ColumnKind.TEXT: "文字",
    ColumnKind.NUMBER: "数字",
    ColumnKind.INTEGER: "整数",
    ColumnKind.DAY: "日期",
    ColumnKind.FLAG: "是否",
    ColumnKind.CHOICE: "选项",
    ColumnKind.CHOICES: "多个选项",
}


def write_templates(folder: Path) -> tuple[str, ...]:
    """Write an empty file a record type, with its header, and a guide; the names.

    Raises:
        Invalid: a file with one of the names is there already, or the folder cannot be written.

    """
    texts = {f"{each.name}.csv": template(each) for each in RECORD_TYPES} | {GUIDE: guide()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if taken := [name for name in texts if (folder / name).exists()]:
            raise Invalid(f"文件夹里已经有 {taken[0]}，没有写入任何模板；请换一个空文件夹。")
        for name, text in texts.items():
            encoding = "utf-8-sig" if name.endswith(".csv") else "utf-8"
            (folder / name).write_text(text, encoding=encoding, newline="")
    except OSError as error:
        raise Invalid(f"写不了文件夹「{folder.name}」（{error.strerror}）。") from None
    return tuple(texts)


def template(record_type: RecordType) -> str:
    """The header alone: what would be an example row could be imported by mistake."""
    written = StringIO()
    csv.writer(written).writerow(column.name for column in record_type.columns)
    return written.getvalue()


def guide() -> str:
    """What is written in which file, in Chinese Markdown."""
    parts = [
        "# 客户数据文件的填写说明",
        "一种记录一个文件，文件名不变，可以是 `.csv` 或 `.parquet`；没有的文件可以不给。表头用下表的列名或中文名。",
        *(_section(each) for each in RECORD_TYPES),
    ]
    return "\n\n".join(parts) + "\n"


def _section(record_type: RecordType) -> str:
    key = "、".join(f"`{name}`" for name in record_type.key)
    rows = "\n".join(_row(column) for column in record_type.columns)
    return (
        f"## {record_type.name}（{record_type.label}）\n\n{record_type.meaning}同一条记录由 {key} 认出。\n\n"
        f"| 列 | 中文名 | 类型 | 必填 | 说明 | 示例 |\n|---|---|---|---|---|---|\n{rows}"
    )


def _row(column: ColumnType) -> str:
    required = "是" if column.required else "否"
    cells = (f"`{column.name}`", column.label, _kind(column), required, _meaning(column), column.example)
    return f"| {' | '.join(cells)} |"


def _kind(column: ColumnType) -> str:
    kind = _KINDS[column.kind]
    return f"{kind}，最多{column.longest}字" if column.longest else kind


def _meaning(column: ColumnType) -> str:
    allowed = "；".join(f"`{value}` {label}" for value, label in column.choices.items())
    return f"{column.meaning}：{allowed}" if allowed else column.meaning
