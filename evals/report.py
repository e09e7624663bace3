"""What every evaluation reports: one JSON shape (design §9), one readable page, a comparison with before."""

import json
import math
import random
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2

from assistant.errors import Invalid

_RESAMPLES = 1000
_DIGEST = 12
_NOTICEABLE = 1e-9
_PAGE = Path(__file__).with_name("report.html.j2")

Case = Mapping[str, Any]
"""One line of a suite and what came of it; ``id`` always, ``passed`` wherever there is a right answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run: which suite, on what data, with which settings and commit, and what was measured."""

    suite: str
    n: int
    metrics: Mapping[str, Any]
    """Numbers by name; a mapping is a breakdown such as ``by_category``; ``None`` where nothing could be measured."""
    settings: Mapping[str, Any]
    commit: str
    data_digest: str
    cases: Sequence[Case] = field(default_factory=tuple)

    def to_json(self) -> str:
        """The file for machines."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str) + "\n"

    def to_html(self, *, earlier: "Report | None" = None) -> str:
        """A page for people that needs nothing beside itself; failed cases first."""
        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        template = environment.from_string(_PAGE.read_text(encoding="utf-8"))
        cases = sorted(self.cases, key=lambda case: case.get("passed", True))
        return template.render(
            report=self,
            figures=[(name, shown(value)) for name, value in self.metrics.items() if not isinstance(value, Mapping)],
            breakdowns=[
                (name, list(_table(value))) for name, value in self.metrics.items() if isinstance(value, Mapping)
            ],
            changes=compare(self, earlier) if earlier else (),
            earlier=earlier,
            columns=list(dict.fromkeys(key for case in cases for key in case)),
            cases=cases,
            failed=sum(case.get("passed") is False for case in cases),
            shown=shown,
        )

    def write(self, *, json_path: Path | None = None, html_path: Path | None = None) -> None:
        """Write what is asked for; the HTML page is compared with the JSON file that was there before."""
        earlier = read_report(json_path) if json_path is not None and json_path.is_file() else None
        if earlier is not None and earlier.suite != self.suite:
            earlier = None
        for path, text in ((json_path, self.to_json), (html_path, lambda: self.to_html(earlier=earlier))):
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text(), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure then and now."""

    metric: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """Now less then; ``None`` where one side is missing."""
        return None if self.before is None or self.after is None else self.after - self.before


def compare(now: Report, earlier: Report) -> tuple[Change, ...]:
    """Every figure that differs, breakdowns included (``by_category.P01….recall``)."""
    before, after = dict(_figures(earlier.metrics)), dict(_figures(now.metrics))
    changes = (Change(name, before.get(name), after.get(name)) for name in dict.fromkeys([*after, *before]))
    return tuple(
        change
        for change in changes
        if change.difference is None or abs(change.difference) > _NOTICEABLE
        if (change.before, change.after) != (None, None)
    )


def read_report(path: Path) -> Report:
    """A report written earlier; ``Invalid`` where the file is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Report(**{name: data[name] for name in Report.__dataclass_fields__})
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        raise Invalid(f"「{path}」不是评测报告。") from None


def read_lines(path: Path) -> tuple[dict[str, Any], ...]:
    """The objects of a JSON Lines file; blank lines are skipped. ``Invalid`` tells the first line that is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"读不到评测文件「{path}」，请确认路径和编码（UTF-8）。") from None
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise Invalid(f"评测文件第 {number} 行不是 JSON 对象。")
        found.append(value)
    if not found:
        raise Invalid(f"评测文件「{path}」是空的。")
    return tuple(found)


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank; ``percent`` is 0 … 100. 0 where there are no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)] if ordered else 0.0


def interval(
    values: Sequence[float],
    statistic: Callable[[Sequence[float]], float] | None = None,
    *,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % bootstrap interval of ``statistic`` (the mean by default) of ``values``."""
    if not values:
        return 0.0, 0.0
    of = statistic or (lambda sample: sum(sample) / len(sample))
    draw = random.Random(seed)
    found = sorted(of(draw.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return found[int(0.025 * _RESAMPLES)], found[int(0.975 * _RESAMPLES) - 1]


def digest_of(*paths: Path) -> str:
    """Names the data of a run: the first characters of the SHA-256 of the files, in order."""
    total = sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:_DIGEST]


def current_commit() -> str:
    """The commit that is checked out, with ``+`` where files differ from it; ``unknown`` outside a repository."""
    root = Path(__file__).parent
    try:
        commit = _git("rev-parse", "--short=12", "HEAD", at=root)
        return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no", at=root) else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str, at: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=at, capture_output=True, text=True, check=True)  # noqa: S603, S607 - fixed words
    return done.stdout.strip()


def shown(value: object) -> str:
    """A figure as people read it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, (list, tuple)):
        return "、".join(shown(item) for item in value)
    if isinstance(value, Mapping):
        return "；".join(f"{name} {shown(item)}" for name, item in value.items())
    return str(value)


def _table(breakdown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in breakdown.items():
        yield name, shown(value)


def _figures(metrics: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float | None]]:
    for name, value in metrics.items():
        if isinstance(value, Mapping):
            yield from _figures(value, f"{prefix}{name}.")
        elif value is None or isinstance(value, (int, float)):
            yield f"{prefix}{name}", value
