"""The firm's model allocation: what part of the money goes where, for each risk level.

House policy for comparison, no rule and no recommendation; headquarters maintain it (``assistant.allocations``). The
figures told beside a customer's own are those in force on the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.customers.model import RiskLevel
from knowledge.errors import Invalid
from knowledge.products.model import Variety

_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAllocation:
    """Percent of all assets by variety, for every level; cash counts as cash management.

    ``Invalid`` where a level is missing or its shares are not whole numbers of 0 … 100 that add up to 100.
    """

    effective_from: date
    """First day on which it is compared with."""
    shares: Mapping[RiskLevel, Mapping[Variety, int]]

    def __post_init__(self) -> None:
        problems = [problem for level in RiskLevel for problem in _problems(level, self.shares.get(level))]
        if problems:
            raise Invalid(f"参考配置有误：{'；'.join(problems)}。")

    def share(self, level: RiskLevel, variety: Variety) -> int:
        """Percent of all assets; 0 for a variety that the level has nothing of."""
        return self.shares[level].get(variety, 0)

    def varieties(self, level: RiskLevel) -> tuple[Variety, ...]:
        """What the level has something of, in the order of ``Variety``."""
        return tuple(variety for variety in Variety if self.share(level, variety))


def _problems(level: RiskLevel, shares: Mapping[Variety, int] | None) -> list[str]:
    if not shares:
        return [f"缺少{level}的比例"]
    wrong = [
        f"{level}的{variety.label}应当是0至{_WHOLE}之间的整数"
        for variety, share in shares.items()
        if isinstance(share, bool) or not isinstance(share, int) or not 0 <= share <= _WHOLE
    ]
    total = sum(shares.values())
    return wrong or ([f"{level}的比例之和是{total}，应当是{_WHOLE}"] if total != _WHOLE else [])


DEFAULT_ALLOCATION = ModelAllocation(
    effective_from=date(2020, 1, 1),
    shares={
        RiskLevel.C1: {Variety.CASH: 60, Variety.FIXED_INCOME: 40},
        RiskLevel.C2: {Variety.CASH: 30, Variety.FIXED_INCOME: 60, Variety.MIXED: 10},
        RiskLevel.C3: {Variety.CASH: 15, Variety.FIXED_INCOME: 45, Variety.MIXED: 25, Variety.EQUITY: 15},
        RiskLevel.C4: {
            Variety.CASH: 10,
            Variety.FIXED_INCOME: 30,
            Variety.MIXED: 25,
            Variety.EQUITY: 30,
            Variety.ALTERNATIVE: 5,
        },
        RiskLevel.C5: {
            Variety.CASH: 5,
            Variety.FIXED_INCOME: 20,
            Variety.MIXED: 25,
            Variety.EQUITY: 40,
            Variety.DERIVATIVE: 5,
            Variety.ALTERNATIVE: 5,
        },
    },
)
"""What is compared with until headquarters enter their own."""
