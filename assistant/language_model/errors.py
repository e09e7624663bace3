"""How a model can fail us, beside being unavailable (``assistant.errors.Unavailable``)."""

from assistant.errors import YiceError


class Garbled(YiceError):
    """The model answered, and the answer cannot be read as what was asked for."""


class BudgetSpent(YiceError):
    """The next call would go over the tokens that this request may use."""
