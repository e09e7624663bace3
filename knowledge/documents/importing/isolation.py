"""Has PDF and pictures read in a process of its own, with limits of time and memory.

Native code that takes files from anybody may crash, hang or eat memory; then only that process ends.
"""

import contextlib
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from knowledge.documents.importing.model import (
    Block,
    BlockKind,
    Caution,
    CautionCode,
    Extracted,
    Format,
    Limits,
)
from knowledge.errors import Invalid

_ROOT = Path(__file__).parents[3]
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from knowledge.documents.importing.isolation import serve; serve(sys.argv[2], sys.argv[3])"
)


def read_isolated(kind: Format, content: bytes, limits: Limits) -> Extracted:
    """Read a PDF or a picture.

    Raises:
        Invalid: what the reader says, or that it took too long, too much memory, or crashed.

    """
    answer = _asked(kind, content, limits)
    if "scan" in answer:
        answer = _asked(Format.SCAN, content, limits)
    return _received(answer)


def _asked(kind: Format, content: bytes, limits: Limits) -> dict[str, object]:
    command = [sys.executable, "-c", _BOOT, str(_ROOT), kind.value, json.dumps(asdict(limits))]
    seconds = limits.scan_seconds if kind is Format.SCAN else limits.seconds
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Invalid(f"读了 {seconds:.0f} 秒还没有读完，已停止。请拆分后导入，或在设置中调大上限。") from None
    if done.returncode != 0 or not done.stdout:
        raise Invalid("文件读不出来：它已损坏，或者占用的内存超过了上限。")
    answer = json.loads(done.stdout)
    return answer if isinstance(answer, dict) else {}


def serve(kind: str, limits: str) -> None:
    """Read what comes on the input, and write what was found, as JSON; an error is told in the same way."""
    chosen = Limits(**json.loads(limits))
    _limit_memory(chosen.memory_bytes)
    content = sys.stdin.buffer.read()
    answer: dict[str, object]
    try:
        found = _read(Format(kind), content, chosen)
        answer = {"scan": True} if found is None else _sent(found)
    except Invalid as error:
        answer = {"error": error.message}
    sys.stdout.write(json.dumps(answer))


def _read(kind: Format, content: bytes, limits: Limits) -> Extracted | None:
    """What was read; ``None`` for a PDF that is a scan and needs more time."""
    if kind is Format.PDF:
        from knowledge.documents.importing.pdf import read_pdf

        return read_pdf(content, limits)
    if is_pdf(content):
        from knowledge.documents.importing.pdf import read_scanned_pdf

        return read_scanned_pdf(content, limits)
    from knowledge.documents.importing.ocr import read_picture

    return read_picture(content, limits)


def is_pdf(content: bytes) -> bool:
    """Whether a PDF begins here; some have a little rubbish before it."""
    return b"%PDF-" in content[:1024]


def _limit_memory(most: int) -> None:
    """Where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _sent(extracted: Extracted) -> dict[str, object]:
    return {
        "format": extracted.format.value,
        "title": extracted.title,
        "blocks": [(block.text, block.kind.value, block.level, block.tight) for block in extracted.blocks],
        "cautions": [(caution.code.value, caution.message) for caution in extracted.cautions],
    }


def _received(answer: dict[str, object]) -> Extracted:
    if "error" in answer:
        raise Invalid(str(answer["error"]))
    blocks, cautions = answer.get("blocks"), answer.get("cautions")
    if not isinstance(blocks, list) or not isinstance(cautions, list):
        raise Invalid("文件读不出来。")
    title = answer["title"]
    return Extracted(
        Format(str(answer["format"])),
        tuple(Block(text, BlockKind(kind), level, tight) for text, kind, level, tight in blocks),
        tuple(Caution(CautionCode(code), message) for code, message in cautions),
        str(title) if title else None,
    )
