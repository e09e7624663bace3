"""Look for faults in library texts, before or after they are published. Nothing is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.checks.library_numbers import contradiction_findings, source_findings
from assistant.checks.model import Severity
from assistant.checks.wording import wording_findings
from assistant.errors import Invalid
from assistant.identity.model import SYSTEM, Actor
from assistant.storage import Storage
from assistant.workflows.publish_library import refuse_unless_keeper
from knowledge.documents.linting.alone import alone_findings
from knowledge.documents.linting.between import period_findings, reference_findings, twin_findings
from knowledge.documents.linting.model import Code, Gravity, LibraryText, LintFinding, Shelf
from knowledge.documents.loading import load_file
from knowledge.documents.model import Audience, Kind, LoadedVersion
from knowledge.products.loading import product_of

_SPOKEN = "参考话术"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """What was looked at and what was found, by file."""

    texts: int
    findings: tuple[LintFinding, ...]

    @property
    def errors(self) -> int:
        """How many findings forbid publication."""
        return sum(finding.gravity is Gravity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings ask a keeper to look."""
        return len(self.findings) - self.errors


@dataclass(frozen=True, slots=True)
class LintLibrary:
    """Reads files beside the shipped library, which their references may lead to."""

    library: Path
    """The shipped library."""

    def __call__(self, path: Path | None = None) -> LintReport:
        """Lint a file, a folder, or the shipped library.

        Raises:
            Invalid: there is no such file or folder, or no library file in it.

        """
        looked_at, findings = _load(path or self.library)
        around, _ = ([], []) if path is None else _load(self.library)
        known = {text.key for text in looked_at}
        return lint(looked_at, [text for text in around if text.key not in known], findings)


@dataclass(frozen=True, slots=True)
class LintPublished:
    """Reads what is published."""

    storage: Storage

    def __call__(self, *, by: Actor = SYSTEM) -> LintReport:
        """Lint every version that is not withdrawn.

        Raises:
            NotPermitted: this actor does not keep the library.

        """
        refuse_unless_keeper(by)
        with self.storage.reading() as work:
            texts = [
                LibraryText(
                    name=f"{version.document_id}@{version.label}",
                    loaded=LoadedVersion(
                        version=version,
                        provisions=work.documents.provisions_of(version.document_id, version.label),
                    ),
                )
                for version in work.documents.documents(audiences=tuple(Audience))
                if version.withdrawal is None
            ]
        return lint(texts)


def lint(
    texts: Sequence[LibraryText], around: Sequence[LibraryText] = (), found: Sequence[LintFinding] = ()
) -> LintReport:
    """Every rule over ``texts``; ``around`` is what they may cite and contradict. ``found`` comes first."""
    names = frozenset(text.name for text in texts)
    everything = [*around, *texts]
    shelf = Shelf.of(everything)
    findings = [*found]
    for text in texts:
        findings += alone_findings(text)
        findings += reference_findings(text, shelf)
        findings += source_findings(text, shelf)
        findings += _spoken(text)
        findings += _terms(text)
    findings += period_findings(shelf, names)
    findings += twin_findings(everything, names)
    findings += contradiction_findings(everything, names, shelf)
    return LintReport(texts=len(texts), findings=tuple(sorted(findings, key=_place)))


def _load(path: Path) -> tuple[list[LibraryText], list[LintFinding]]:
    if not path.exists():
        raise Invalid(f"找不到「{path}」。")
    root = path if path.is_dir() else path.parent
    files = sorted(file for file in path.rglob("*.md") if file.name != "README.md") if path.is_dir() else [path]
    if not files:
        raise Invalid(f"「{path}」里没有 .md 文件。")
    texts: list[LibraryText] = []
    findings: list[LintFinding] = []
    for file in files:
        name = str(file.relative_to(root))
        try:
            texts.append(LibraryText(name=name, loaded=load_file(file)))
        except Invalid as error:
            findings += _unreadable(name, file, error.message)
    return texts, findings


def _unreadable(name: str, file: Path, message: str) -> Iterator[LintFinding]:
    for line in message.splitlines():
        yield LintFinding(
            file=name,
            locator=None,
            code=Code.UNREADABLE,
            gravity=Gravity.ERROR,
            message=line.removeprefix(f"{file.name}："),
        )


def _spoken(text: LibraryText) -> Iterator[LintFinding]:
    """What staff may say passes the checks that a draft passes."""
    if text.version.kind is not Kind.SCRIPT:
        return
    for provision in text.provisions:
        if provision.heading.strip() != _SPOKEN:
            continue
        for finding in wording_findings(provision.text):
            yield text.finding(
                Code.FORBIDDEN_WORDING,
                Gravity.ERROR if finding.severity is Severity.BLOCK else Gravity.WARNING,
                f"参考话术里的「{finding.span[:40]}」没有通过用语检查：{finding.reason}",
                at=provision,
            )


def _terms(text: LibraryText) -> Iterator[LintFinding]:
    if text.loaded.product is None:
        return
    try:
        product_of(text.loaded.product, text.version.document_id)
    except Invalid as error:
        yield text.finding(Code.PRODUCT_TERMS, Gravity.ERROR, error.message)


def _place(finding: LintFinding) -> tuple[str, str, str]:
    return finding.file, finding.locator or "", finding.code.value
