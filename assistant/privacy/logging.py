"""Nothing is logged before its identifiers are gone."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from assistant.privacy.masking import redact


class MaskingProcessor:
    """A structlog processor that redacts every string of an event, keys and nested values included.

    Put it last before the renderer, after tracebacks were formatted into text.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = tuple(names)

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        """The event with redacted values."""
        return {key: self._redacted(value) for key, value in event.items()}

    def _redacted(self, value: object) -> object:  # noqa: PLR0911 - one return a type
        if isinstance(value, str):
            return redact(value, names=self._names)
        if isinstance(value, bytes):
            return redact(value.decode("utf-8", "replace"), names=self._names)
        if isinstance(value, Mapping):
            return {self._redacted(key): self._redacted(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._redacted(item) for item in value]
        if value is None or isinstance(value, (bool, float)):
            return value
        if isinstance(value, int):
            text = redact(str(value), names=self._names)
            return value if text == str(value) else text
        return redact(str(value), names=self._names)
