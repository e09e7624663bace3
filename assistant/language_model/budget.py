"""How many tokens one request may use, over all of its calls."""

from collections.abc import Iterable

from assistant.language_model.errors import BudgetSpent

_TOKENS_PER_CHARACTER = 1.0
"""Chinese text costs about one token a character with common tokenizers; an upper bound is what a budget needs."""


class TokenBudget:
    """Counts what was used, and refuses a call that cannot fit any more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.prompt_tokens = 0
        self.completion_tokens = 0

    @property
    def left(self) -> int:
        """Tokens that may still be used."""
        return self._limit - self.prompt_tokens - self.completion_tokens

    def afford(self, texts: Iterable[str]) -> None:
        """Raise ``BudgetSpent`` where sending ``texts`` would already go over the limit."""
        if estimate(texts) > self.left:
            raise BudgetSpent(f"本次请求的模型用量上限为 {self._limit} 个词元，已经不够再调用一次。")

    def spend(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Note what a call used."""
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens


def estimate(texts: Iterable[str]) -> int:
    """Tokens of ``texts``, where no server has counted them."""
    return round(sum(len(text) for text in texts) * _TOKENS_PER_CHARACTER)
