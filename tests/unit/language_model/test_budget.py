import pytest

from assistant.language_model.budget import TokenBudget, estimate
from assistant.language_model.errors import BudgetSpent


def test_what_fits_is_afforded_and_what_does_not_is_refused() -> None:
    budget = TokenBudget(10)
    budget.afford(["五个汉字呀"])
    budget.spend(6, 2)
    assert budget.left == 2
    with pytest.raises(BudgetSpent, match="10"):
        budget.afford(["三个字"])


def test_spending_is_never_refused_afterwards_but_nothing_is_left() -> None:
    budget = TokenBudget(10)
    budget.spend(20, 5)
    assert budget.left < 0
    assert (budget.prompt_tokens, budget.completion_tokens) == (20, 5)


def test_an_estimate_is_an_upper_bound_of_a_token_a_character() -> None:
    assert estimate(["一二三", "ab"]) == 5
