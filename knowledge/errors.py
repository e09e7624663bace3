"""What can go wrong, as the caller must act on it.

YiceError
├── Invalid          the input is wrong; nothing was done
├── NotFound         no such record, also when this actor may not know that it exists
├── NotPermitted     the actor is known and may not do this
├── Conflict         the record is not in a state that allows this
└── Unavailable      something we depend on does not answer; try again later

Messages are whole sentences in Chinese: people read them as they are.
"""


class YiceError(Exception):
    """Any error that is told to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(YiceError):
    """The input is wrong; nothing was done."""


class NotFound(YiceError):
    """There is no such record, or this actor may not know that there is."""


class NotPermitted(YiceError):
    """The actor is known and may not do this."""


class Conflict(YiceError):
    """The record is not in a state that allows this."""


class Unavailable(YiceError):
    """Something we depend on does not answer."""
