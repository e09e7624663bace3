"""The words put to a model, as files with an identity.

Each ``NAME.md.j2`` in this folder is one prompt. A value that is missing, and a value that the prompt does not use, are
both errors. Prompts do not include each other, so that the digest of one file is the whole identity.
"""

from dataclasses import dataclass
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, StrictUndefined, meta

_DIGEST_LENGTH = 12
_JINJA = Environment(  # noqa: S701 - text for a model, not HTML; escaping would spoil quotations
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A filled prompt and the identity of the file that it came from."""

    name: str
    digest: str
    """First 12 hexadecimal digits of the file's SHA-256."""
    text: str

    @property
    def identity(self) -> str:
        """``answer@3f2a…``, as it is stored beside what the prompt produced."""
        return f"{self.name}@{self.digest}"


def fill(name: str, **values: object) -> Prompt:
    """The prompt with its values; ``ValueError`` for an unused one, ``jinja2.UndefinedError`` for a missing one."""
    source = _source(name)
    unused = values.keys() - meta.find_undeclared_variables(_JINJA.parse(source))
    if unused:
        raise ValueError(f"{name!r} does not use {sorted(unused)}")
    text = _JINJA.from_string(source).render(values)
    return Prompt(name, sha256(source.encode()).hexdigest()[:_DIGEST_LENGTH], text)


def names() -> tuple[str, ...]:
    """Every prompt there is."""
    found = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".md.j2") for name in found if name.endswith(".md.j2")))


def _source(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not the name of a prompt")
    return resources.files(__name__).joinpath(f"{name}.md.j2").read_text(encoding="utf-8")
