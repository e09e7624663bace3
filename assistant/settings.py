"""Every setting of the house. The only reader of the environment.

Variables are ``YICE_<GROUP>__<NAME>`` in the environment or in ``.env``. An unknown ``YICE_`` variable is an error, and
so is a default secret outside demo mode.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from assistant.errors import Invalid
from retrieval.enough import ENOUGH

_DEMO_SECRET = "demo-only-secret-change-me-before-real-use"  # noqa: S105 - refused outside demo mode
_PREFIX = "YICE_"
_SECRET_LENGTH = 32


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mode(StrEnum):
    """``demo`` ships accounts and customers that everybody knows; ``production`` refuses defaults."""

    DEMO = "demo"
    PRODUCTION = "production"


class ServerSettings(_Group):
    """Where the one port is."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8600, ge=1, le=65535, description="Port of API and UI.")
    secret: SecretStr = Field(
        default=SecretStr(_DEMO_SECRET), description="Signs login tokens; at least 32 characters."
    )
    token_minutes: int = Field(default=30, ge=1, le=720, description="How long a login token is good for.")
    cors_origins: tuple[str, ...] = Field(default=(), description="Other origins that may call the API.")

    @model_validator(mode="after")
    def _secret_is_long(self) -> Self:
        if len(self.secret.get_secret_value()) < _SECRET_LENGTH:
            raise ValueError(f"server.secret needs at least {_SECRET_LENGTH} characters")
        return self


class StorageSettings(_Group):
    """Where records and indexes are kept."""

    folder: Path = Field(default=Path(".data"), description="Folder of the database, the indexes and the job log.")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; empty means SQLite in the folder.")

    @property
    def url(self) -> str:
        """The database that is really used."""
        return self.database_url or f"sqlite:///{self.folder / 'yice.db'}"

    @property
    def jobs_url(self) -> str:
        """The job engine's database: the same PostgreSQL server, or a SQLite file of its own."""
        return self.database_url or f"sqlite:///{self.folder / 'jobs.db'}"

    @property
    def ranker_file(self) -> Path:
        """What was learned from use; without it the shipped weights rank."""
        return self.folder / "ranker.json"

    @property
    def imports_folder(self) -> Path:
        """Uploaded customer files and reports of imports, by id of the run."""
        return self.folder / "imports"

    @property
    def index_folder(self) -> Path:
        """Derived files only: may be deleted and is built again."""
        return self.folder / "index"


class RetrievalSettings(_Group):
    """How passages are found."""

    embedding: str = Field(
        default="static",
        min_length=1,
        description="`static` (shipped, no torch), `none`, `openai:MODEL` at `YICE_EMBEDDING__BASE_URL`, "
        "or a sentence-transformers model: folder or name. Another one is indexed in the background.",
    )
    candidates: int = Field(default=40, ge=1, le=1000, description="Passages taken from each index before fusion.")
    passages: int = Field(default=8, ge=1, le=100, description="Passages kept after fusion.")
    keyword_weight: float = Field(default=1.0, ge=0, description="Weight of the keyword ranking in the fusion.")
    vector_weight: float = Field(
        default=1.0, ge=0, description="Weight of the vector ranking where the embedding knows all the words."
    )
    contained_weight: float = Field(
        default=0.6, ge=0, description="Weight of the share of the question that a text contains, in the fusion."
    )
    reranker: str = Field(
        default="learned",
        min_length=1,
        description="`learned` (what `yice knowledge train` learned from use, else the shipped weights), "
        "`none` (the fusion alone), or a sentence-transformers cross-encoder: folder or name.",
    )
    enough_likely: float = Field(
        default=ENOUGH, ge=0, le=1, description="How likely the hits must answer the question to answer from them."
    )

    @model_validator(mode="after")
    def _keep_fewer_than_we_take(self) -> Self:
        if self.passages > self.candidates:
            raise ValueError("passages cannot exceed candidates")
        return self


class ImportingSettings(_Group):
    """How much one imported document may ask of this machine."""

    largest_megabytes: int = Field(default=100, ge=1, le=1024, description="Largest file that is imported.")
    customer_megabytes: int = Field(
        default=2048, ge=1, le=65_536, description="Largest upload of customer files, all of them together."
    )
    pages: int = Field(default=2000, ge=1, description="Most pages of a PDF or a scan.")
    seconds: int = Field(default=300, ge=1, le=3600, description="Longest time for reading one PDF or scan.")


class EmbeddingSettings(_Group):
    """An OpenAI-compatible embedding server, for `YICE_RETRIEVAL__EMBEDDING=openai:MODEL`."""

    base_url: str | None = Field(
        default=None, pattern=r"^https?://\S+$", description="For example http://127.0.0.1:8000/v1"
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="Key, where the server asks for one.")
    timeout_seconds: float = Field(default=30, gt=0, le=600, description="Longest wait for one call.")
    retries: int = Field(default=2, ge=0, le=5, description="Tries after a 429, a 5xx or a lost connection.")
    dimensions: int | None = Field(
        default=None, ge=1, le=16_384, description="Length of a vector, where the model offers several."
    )


class LanguageModelSettings(_Group):
    """An OpenAI-compatible chat model; without ``base_url`` the extractive writer does everything."""

    base_url: str | None = Field(default=None, description="For example http://127.0.0.1:8000/v1")
    model: str | None = Field(default=None, description="Name of the model at that address.")
    api_key: SecretStr = Field(default=SecretStr("none"), description="Key, where the server asks for one.")
    timeout_seconds: float = Field(default=30, gt=0, le=600, description="Longest wait for one call.")
    retries: int = Field(default=2, ge=0, le=5, description="Tries after a 429, a 5xx or a lost connection.")
    max_tokens: int = Field(default=2000, ge=64, description="Longest completion.")
    tokens_per_request: int = Field(default=20000, ge=1000, description="Budget of one answer or plan section.")
    yuan_per_1000_tokens: float = Field(default=0, ge=0, description="Price, for the budget of a batch of plans.")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.base_url is None) != (self.model is None):
            raise ValueError("language_model.base_url and language_model.model go together")
        return self

    @property
    def configured(self) -> bool:
        """Whether there is a model at all."""
        return self.base_url is not None


class PlansSettings(_Group):
    """How batches of plans are drafted."""

    processes: int = Field(
        default=2, ge=0, le=64, description="Processes that draft batches; 0: the process that has the jobs does."
    )


class SuitabilitySettings(_Group):
    """The firm's own policy, where the rules leave it to the firm."""

    assessment_valid_months: int = Field(
        default=24, ge=1, le=24, description="How long a risk assessment counts (SUIT sets no term; 24 is usual)."
    )
    elderly_age: int = Field(default=65, ge=50, le=100, description="From this age the special procedure applies.")
    elderly_from_grade: int = Field(default=4, ge=1, le=5, description="Product grade from which it applies.")
    reflection_hours: int = Field(
        default=24, ge=24, le=720, description="Time to think for a customer who insists on what does not suit."
    )
    permission_days: int = Field(
        default=30, ge=1, le=90, description="How long compliance's permission for such a purchase may be used."
    )


class FirmSettings(_Group):
    """What every customer-facing text must name (ADVISOR:12, AILABEL:5)."""

    name: str = Field(default="一策证券（演示）", description="Full company name.")
    provider_code: str = Field(default="YICE-DEMO", description="Provider code in the implicit AI label.")
    complaint_phone: str = Field(default="400-000-0000", description="Complaint hotline.")
    address: str = Field(default="演示地址，并非真实机构", description="Registered address.")


class Settings(BaseSettings):
    """All groups. ``Settings.load()`` is the way in."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", env_file=".env", extra="forbid", frozen=True
    )

    mode: Mode = Mode.DEMO
    server: ServerSettings = ServerSettings()
    storage: StorageSettings = StorageSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    importing: ImportingSettings = ImportingSettings()
    language_model: LanguageModelSettings = LanguageModelSettings()
    plans: PlansSettings = PlansSettings()
    suitability: SuitabilitySettings = SuitabilitySettings()
    firm: FirmSettings = FirmSettings()

    @model_validator(mode="after")
    def _no_default_secret_in_production(self) -> Self:
        if self.mode is Mode.PRODUCTION and self.server.secret.get_secret_value() == _DEMO_SECRET:
            raise ValueError("server.secret must be set outside demo mode")
        return self

    @model_validator(mode="after")
    def _endpoint_has_an_address(self) -> Self:
        kind, _, model = self.retrieval.embedding.partition(":")
        if kind == "openai" and not (model.strip() and self.embedding.base_url):
            raise ValueError("retrieval.embedding=openai:MODEL needs the name of a model, and embedding.base_url")
        return self

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment; every mistake is told at once, by the variable's name."""
        unknown = sorted(
            name
            for name in os.environ
            if name.startswith(_PREFIX) and name[len(_PREFIX) :].split("__")[0].lower() not in cls.model_fields
        )
        if unknown:
            raise Invalid(f"不认识的设置：{'、'.join(unknown)}。可用的设置见 .env.example。")
        try:
            return cls()
        except SettingsError as error:
            raise Invalid(f"设置有误：{error}。每一组设置写作 {_PREFIX}组__名称。") from None
        except ValidationError as error:
            lines = [
                f"{_PREFIX}{'__'.join(str(part) for part in problem['loc']).upper()}：{problem['msg']}"
                for problem in error.errors(include_input=False)
            ]
            raise Invalid("设置有误：\n" + "\n".join(lines)) from None
