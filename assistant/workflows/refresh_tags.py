"""Tags follow the records: after an import, after the demo book is loaded, and once a day, because rules have days."""

from collections.abc import Collection
from datetime import date

from assistant.analysis.suitability import SuitabilityPolicy
from assistant.analysis.tags import tags_of
from assistant.storage import UnitOfWork
from knowledge.customers.model import Scope


def refresh_tags(
    work: UnitOfWork, *, as_of: date, policy: SuitabilityPolicy, customer_ids: Collection[str] | None = None
) -> int:
    """Derive the tags of these customers, or of all, within the caller's unit of work; how many customers' changed."""
    traits = work.tags.traits(customer_ids, scope=Scope.everyone(), as_of=as_of)
    return work.tags.keep({each.customer_id: tags_of(each, as_of=as_of, policy=policy) for each in traits})
