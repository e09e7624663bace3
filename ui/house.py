"""What the pages say about the firm; the roof passes it from the settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A login that the demo shows to everybody."""

    username: str
    password: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The firm, and in demo mode the accounts to try."""

    firm: str = "一策证券（演示）"
    complaint_phone: str = "400-000-0000"
    demo_accounts: tuple[DemoAccount, ...] = ()
