"""Whatever an index claims, nobody is shown what is not in force, not for the audience or not for the branch."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents.model import Audience, Kind, Provision
from retrieval.model import Filter, Query
from tests.support.library import a_provision

DAY = date(2026, 11, 22)
BRANCHES = ("上海", "深圳", "北京")
days = st.integers(-3, 3).map(lambda shift: DAY + timedelta(days=shift))


@st.composite
def provisions(draw: st.DrawFn) -> Provision:
    starts = draw(days)
    ends = draw(st.none() | st.integers(1, 4).map(lambda more: starts + timedelta(days=more)))
    return a_provision(
        effective_from=starts,
        effective_to=ends,
        audience=draw(st.sampled_from(Audience)),
        kind=draw(st.sampled_from(Kind)),
        branches=tuple(draw(st.sets(st.sampled_from(BRANCHES)))),
    )


@st.composite
def queries(draw: st.DrawFn) -> Query:
    return Query(
        text="问",
        as_of=draw(days),
        reader=draw(st.sampled_from(Audience)),
        branch=draw(st.none() | st.sampled_from((*BRANCHES, ""))),
        kinds=frozenset(draw(st.sets(st.sampled_from(Kind)))),
    )


@settings(max_examples=500)
@given(provisions(), queries())
def test_a_filter_allows_exactly_what_the_rules_allow(provision: Provision, query: Query) -> None:
    order = list(Audience)
    allowed = (
        provision.period.effective_from <= query.as_of
        and (provision.period.effective_to is None or query.as_of < provision.period.effective_to)
        and order.index(provision.audience) <= order.index(query.reader)
        and (query.branch is None or not provision.branches or query.branch in provision.branches)
        and (not query.kinds or provision.kind in query.kinds)
    )
    assert Filter.of(query).allows(provision) is allowed
