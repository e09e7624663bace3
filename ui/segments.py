"""Segments as three questions of a form: by assets, by the stage of the relation, by behaviour."""

from collections.abc import Mapping

from api.schemas.terms import Behaviour, LifeCycle, Value

SEGMENT_CHOICES = (
    ("value", "资产层级：不限", tuple((item.value, item.label) for item in Value)),
    ("life_cycle", "关系阶段：不限", tuple((item.value, item.label) for item in LifeCycle)),
    ("behaviour", "行为类型：不限", tuple((item.value, item.label) for item in Behaviour)),
)
"""Field, what it says when nothing is chosen, and what may be chosen."""
SEGMENT_LABELS = {name: label for _, _, choices in SEGMENT_CHOICES for name, label in choices}
"""What people read for what a form sends."""


def chosen_segment(told: Mapping[str, str]) -> Mapping[str, str]:
    """As a form or an address tells them; what is not a choice counts as none."""
    return {name: told[name] for name, _, choices in SEGMENT_CHOICES if told.get(name) in dict(choices)}
