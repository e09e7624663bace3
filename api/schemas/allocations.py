"""The firm's model allocation, as headquarters enter it and staff see it."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Input, View
from api.schemas.terms import ALLOCATION_STATE_LABELS, AllocationState, RiskLevel, Variety
from assistant.workflows.maintain_allocations import ShownAllocation

_Percent = Annotated[int, Field(ge=0, le=100, strict=True)]
_Shares = Annotated[dict[Variety, _Percent], Field(max_length=len(Variety))]


class AllocationRequest(Input):
    """Percent of all assets by variety, for every level; each level adds up to 100."""

    effective_from: date = Field(description="生效日，最早是明天。", examples=["2027-01-01"])
    shares: dict[RiskLevel, _Shares] = Field(
        max_length=len(RiskLevel),
        description="每个等级各大类的百分比，合计100。",
        examples=[{"C1": {"cash": 60, "fixed_income": 40}, "C2": {"cash": 30, "fixed_income": 60, "mixed": 10}}],
    )


class ShareView(View):
    """What part of the money goes into one variety."""

    variety: Variety
    label: str = Field(examples=["固定收益类"])
    percent: int


class LevelView(View):
    """One row of the table."""

    level: RiskLevel
    label: str = Field(examples=["C3（稳健型）"])
    shares: tuple[ShareView, ...]


class AllocationView(View):
    """One entry."""

    effective_from: date | None = Field(description="空：公司最初的配置，没有人录入。")
    effective_to: date | None = Field(description="从这一天起由下一份代替；空为没有下一份。")
    state: AllocationState
    state_label: str = Field(examples=["现行"])
    levels: tuple[LevelView, ...]
    set_by: str | None = Field(description="录入人姓名。")
    set_at: datetime | None
    cautions: tuple[str, ...] = Field(description="在售产品落不到的比例。")

    @classmethod
    def of(cls, shown: ShownAllocation) -> Self:
        """Every variety of every level, also those of which it has nothing."""
        allocation, entry = shown.allocation, shown.entry
        return cls(
            effective_from=allocation.effective_from if entry else None,
            effective_to=shown.effective_to,
            state=shown.state,
            state_label=ALLOCATION_STATE_LABELS[shown.state],
            levels=tuple(
                LevelView(
                    level=level,
                    label=level.label,
                    shares=tuple(
                        ShareView(variety=variety, label=variety.label, percent=allocation.share(level, variety))
                        for variety in Variety
                    ),
                )
                for level in RiskLevel
            ),
            set_by=shown.set_by,
            set_at=entry.set_at if entry else None,
            cautions=shown.cautions,
        )
