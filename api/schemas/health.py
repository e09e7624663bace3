"""Whether the server works."""

from typing import Self

from pydantic import Field

from api.schemas.base import View
from assistant.workflows.check_health import Health


class LiveView(View):
    """The process answers."""

    status: str = Field(default="ok", examples=["ok"])


class ReadyView(View):
    """Whether requests can be served, and what does not work."""

    ready: bool
    database: bool = Field(description="数据库可用。")
    index: bool = Field(description="检索索引可用。")
    provisions: int = Field(description="今天有效的条文数。", examples=[1200])
    language_model: str = Field(description="extractive：不用模型；configured：已配置模型。", examples=["extractive"])
    reindexed_share: float | None = Field(
        default=None, description="新索引已建成的比例，建成前由旧索引回答；没有在建则为空。", examples=[0.4]
    )
    embedding_trouble: str | None = Field(default=None, description="向量服务有问题时的说明，此时只按关键词检索。")

    @classmethod
    def of(cls, health: Health) -> Self:
        """The state of each thing that the house stands on."""
        return cls(
            ready=health.ready,
            database=health.database,
            index=health.index,
            provisions=health.provisions,
            language_model=health.language_model,
            reindexed_share=health.reindexed_share,
            embedding_trouble=health.embedding_trouble,
        )
