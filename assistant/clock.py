"""What time it is, and which day in Shanghai: the day decides the law."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Passed to whatever needs the time; tests pass one that stands still."""

    now: Callable[[], datetime] = _system_now

    def today(self) -> date:
        """The calendar day in Shanghai."""
        return self.now().astimezone(SHANGHAI).date()
