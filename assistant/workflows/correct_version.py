"""Correct a version that was published with a mistake: the wrong one is withdrawn, the right one takes its place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotFound
from assistant.identity.model import Actor
from assistant.storage import Storage
from assistant.workflows.publish_library import PublishLibrary, PublishReport, refuse_unless_keeper, withdraw
from assistant.workflows.withdraw_version import a_reason
from knowledge.documents.loading import load_file
from knowledge.documents.model import LoadedVersion, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReport:
    """What changed."""

    withdrawn: Version
    published: PublishReport


@dataclass(frozen=True, slots=True)
class CorrectVersion:
    """Both in one unit of work: there is no moment with two versions, or with none."""

    storage: Storage
    publish: PublishLibrary
    clock: Clock

    def __call__(
        self, path: Path, *, replaces: str | None = None, reason: str | None = None, by: Actor
    ) -> CorrectReport:
        """Correct with a library file; see :meth:`with_loaded`."""
        refuse_unless_keeper(by)
        if path.is_dir():
            raise Invalid("更正一次只发布一个文件，不能是文件夹。")
        return self.with_loaded(load_file(path), replaces=replaces, reason=reason, by=by)

    def with_loaded(
        self, loaded: LoadedVersion, *, replaces: str | None = None, reason: str | None = None, by: Actor
    ) -> CorrectReport:
        """Withdraw the version that begins on the same day, or the one labelled ``replaces``, and publish ``loaded``.

        A correction has the period of what it corrects; only one that names the wrong version may change the period.

        Raises:
            NotPermitted: this actor does not keep the library.
            NotFound: there is nothing to correct.
            Conflict: it has the label of the wrong version, another period, or overlaps with a third version.
            Unavailable: it is published, but the index could not follow.

        """
        refuse_unless_keeper(by)
        label = loaded.version.label
        with self.storage.unit_of_work() as work:
            wrong = wrong_version(work.documents.versions(loaded.version.document_id), loaded.version, replaces)
            corrected = _with_period_of(wrong, loaded, any_period=replaces is not None)
            withdrawn = withdraw(
                work,
                wrong,
                reason=a_reason(reason) if reason else f"由 {label} 版更正",
                by=by,
                clock=self.clock,
                replaced_by=label,
            )
            published = self.publish.within(work, [corrected], by=by)
        return CorrectReport(withdrawn=withdrawn, published=self.publish.report(published))


def wrong_version(known: Iterable[Version], right: Version, replaces: str | None) -> Version:
    """What ``right`` corrects: the version labelled ``replaces``, otherwise the one that begins on the same day.

    Raises:
        NotFound: there is none.
        Conflict: the correction has its label.

    """
    standing = [version for version in known if version.withdrawal is None]
    begins = right.period.effective_from
    if replaces is not None:
        wrong = next((version for version in standing if version.label == replaces), None)
    else:
        wrong = next((version for version in standing if version.period.effective_from == begins), None)
    if wrong is None:
        wanted = f"{replaces} 版" if replaces is not None else f"自 {begins} 起有效的版本"
        raise NotFound(f"{right.document_id} 没有{wanted}可以更正；如果要更正其他期间的版本，请指明版本号。")
    if wrong.label == right.label:
        raise Conflict(f"更正须用新的版本号，不能仍是 {wrong.label}，例如 {wrong.label}.2。")
    return wrong


def _with_period_of(wrong: Version, loaded: LoadedVersion, *, any_period: bool) -> LoadedVersion:
    """The correction as it is recorded: where its file leaves the end open, the recorded end stays."""
    right = loaded.version
    ends = right.period.effective_to
    same_day = right.period.effective_from == wrong.period.effective_from
    if not any_period and ends is not None and ends != wrong.period.effective_to:
        raise Conflict(
            f"{right.name} 的失效日 {ends} 与被更正的 {wrong.label} 版（{wrong.period.effective_to or '未定'}）不同；"
            "要更正期间，请指明被更正的版本号。"
        )
    period = wrong.period if same_day and ends is None else right.period
    return LoadedVersion(
        version=replace(right, period=period, replaces=wrong.label),
        provisions=tuple(replace(each, period=period) for each in loaded.provisions),
        product=loaded.product,
    )
