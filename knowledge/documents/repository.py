"""The library in the database: versions by period, provisions by reference, and the log that indexes follow."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import yaml
from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, text, tuple_, update

from knowledge.documents.citations import CitedArticle, Names, cited_articles, spellings
from knowledge.documents.model import (
    Audience,
    Kind,
    LoadedVersion,
    Period,
    Provision,
    ProvisionRef,
    Rendition,
    Verification,
    Version,
    Withdrawal,
)
from knowledge.documents.renewal import made_from, same_text
from knowledge.documents.succession import Succession, succession
from knowledge.documents.tables import citations, provisions, publications, versions
from knowledge.errors import Conflict, NotFound

_BATCH = 300  # SQLite allows 32,766 parameters a statement; a reference takes three
_REFS = 128  # references that are looked up by one statement
_FEW_NAMES = 40
"""So many new names are sought by the database; more, and every text is read anew."""


class DocumentRepository:
    """Reads and publishes; never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, loaded: LoadedVersion, *, at: datetime, supersede: bool = False) -> Succession | None:
        """Add a version, or let a published one follow its file; ``None`` where these very bytes are published already.

        A published text never changes. What may change is its last day (its file states it later, or a new version
        takes its place: ``supersede``) and what stands beside the text: questions, topics, source, verification.
        Its digest is that of its file, which therefore still counts as published.

        Raises:
            Conflict: the text changed under a published label, or another version is in force on a day of this one.

        """
        self._take_turns()
        version = loaded.version
        known = self.versions(version.document_id)
        same = next((each for each in known if each.label == version.label), None)
        if same is not None and same.digest == version.digest:
            self._keep_terms(loaded)
            return None
        if same is not None:
            self._refuse_change(same, loaded)
        fits = succession(version, known, supersede=supersede)
        if same is None:
            self._insert(loaded)
        else:
            self._follow(loaded)
            self._keep_terms(loaded)
        if fits.closes is not None:
            self._end(fits.closes)
            self._log(fits.closes, at)
        self._log(version, at)
        return fits

    def made_from(self, file: Version) -> tuple[Version, ...]:
        """What is published of a file, oldest state first; nobody else publishes until this unit of work is over."""
        self._take_turns()
        return made_from(file, self.versions(file.document_id))

    def says(self, loaded: LoadedVersion) -> bool:
        """Whether the published version of this label has this text, whatever stands beside it.

        Raises:
            NotFound: there is no such version.

        """
        published = self.version(*_key(loaded.version))
        return same_text(published, self.provisions_of(*_key(published)), loaded)

    def end(self, document_id: str, label: str, on: date | None, *, at: datetime) -> Version:
        """Repeal a version from a day on, or open it again (``None``); the version as it is then.

        Raises:
            NotFound: there is no such version.
            Invalid: the day is not after its first.
            Conflict: it is withdrawn, or another version is in force on a day that it would be in force again.

        """
        self._take_turns()
        published = self.version(document_id, label)
        if published.withdrawal is not None:
            raise Conflict(f"{document_id}@{label} 已撤回，不再有有效期。")
        ended = replace(published, period=Period(effective_from=published.period.effective_from, effective_to=on))
        succession(ended, self.versions(document_id), supersede=False)
        self._end(ended)
        self._log(ended, at)
        return ended

    def withdraw(self, document_id: str, label: str, withdrawal: Withdrawal, *, at: datetime) -> Version:
        """Take a version back: in force on no day, still to be read by reference.

        Raises:
            NotFound: there is no such version.
            Conflict: it is withdrawn already.

        """
        self._take_turns()
        published = self.version(document_id, label)
        if published.withdrawal is not None:
            raise Conflict(f"{document_id}@{label} 已于 {published.withdrawal.on} 撤回。")
        self._change(published, withdrawn_on=withdrawal.on, withdrawal_reason=withdrawal.reason)
        self._log(published, at)
        return replace(published, withdrawal=withdrawal)

    def version(self, document_id: str, label: str) -> Version:
        """One version.

        Raises:
            NotFound: there is none.

        """
        for version in self.versions(document_id):
            if version.label == label:
                return version
        raise NotFound(f"知识库里没有 {document_id} 的 {label} 版。")

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """Every version of a document, oldest first; empty where there is no such document."""
        query = select(versions).where(versions.c.document_id == document_id).order_by(versions.c.effective_from)
        return tuple(_version(row) for row in self._connection.execute(query))

    def documents(
        self,
        *,
        audiences: Collection[Audience],
        kinds: Collection[Kind] = (),
        text: str | None = None,
        in_force_on: date | None = None,
    ) -> tuple[Version, ...]:
        """Versions that ``audiences`` may read, by kind, document and age; ``text`` is sought in names and topics."""
        query = select(versions).where(versions.c.audience.in_([each.value for each in audiences]))
        if kinds:
            query = query.where(versions.c.kind.in_([each.value for each in kinds]))
        query = query.order_by(versions.c.kind, versions.c.document_id, versions.c.effective_from)
        found = (_version(row) for row in self._connection.execute(query))
        return tuple(
            version
            for version in found
            if (in_force_on is None or version.in_force_on(in_force_on)) and _mentions(version, text)
        )

    def provisions_of(self, document_id: str, label: str) -> tuple[Provision, ...]:
        """The provisions of one version, in their order."""
        query = _provisions_query().where(provisions.c.document_id == document_id, provisions.c.label == label)
        return self._provisions(query)

    def provisions_of_document(self, document_id: str) -> tuple[Provision, ...]:
        """The provisions of all versions, oldest version first."""
        return self._provisions(_provisions_query().where(provisions.c.document_id == document_id))

    def provision(self, ref: ProvisionRef) -> Provision:
        """The provision of one version.

        Raises:
            NotFound: there is none.

        """
        found = self.provisions((ref,)).get(ref)
        if found is None:
            raise NotFound(f"知识库里没有 {ref}。")
        return found

    def provision_on(self, document_id: str, locator: str, day: date) -> Provision:
        """The provision as in force on ``day``.

        Raises:
            NotFound: there is none, or none in force that day; the message says which.

        """
        query = _provisions_query().where(provisions.c.document_id == document_id, provisions.c.locator == locator)
        known = self._provisions(query)
        for provision in known:
            if provision.in_force_on(day):
                return provision
        if known:
            raise NotFound(f"{document_id}:{locator} 在 {day} 没有有效的版本。")
        raise NotFound(f"知识库里没有 {document_id}:{locator}。")

    def provisions(self, refs: Iterable[ProvisionRef]) -> dict[ProvisionRef, Provision]:
        """Those of ``refs`` that exist."""
        wanted = list(dict.fromkeys(refs))
        found: dict[ProvisionRef, Provision] = {}
        for start in range(0, len(wanted), _REFS):
            batch = wanted[start : start + _REFS]
            size = 1 << (len(batch) - 1).bit_length()
            asked = {
                f"{name}_{at}": part
                for at, ref in enumerate([*batch, *batch[:1] * (size - len(batch))])
                for name, part in (("document", ref.document_id), ("label", ref.version), ("locator", ref.locator))
            }
            rows = self._connection.execute(_provisions_by_reference(size), asked)
            found.update((each.ref, each) for each in map(_provision, rows))
        return found

    def provisions_on(self, references: Iterable[str], day: date) -> tuple[Provision, ...]:
        """Provisions by short reference (``SUIT:22``) as in force on ``day``, in the order asked; others left out."""
        wanted = dict.fromkeys(references)
        pairs = [tuple(reference.split(":", 1)) for reference in wanted if ":" in reference]
        found: dict[str, Provision] = {}
        for start in range(0, len(pairs), _BATCH):
            query = _provisions_query().where(
                tuple_(provisions.c.document_id, provisions.c.locator).in_(pairs[start : start + _BATCH])
            )
            for provision in self._provisions(query):
                if provision.in_force_on(day):
                    found[provision.ref.short] = provision
        return tuple(found[reference] for reference in wanted if reference in found)

    def derive_citations(self, published: Collection[Version] | None = None) -> int:
        """Read anew which articles texts cite: of these versions, and of others that call them by a new name.

        ``None`` reads the whole library anew. Citations are derived from texts and names alone.

        Returns:
            How many versions were read.

        """
        self._take_turns()
        called = self._called()
        names = Names.of((document_id, name) for (document_id, _), known_as in called.items() for name in known_as)
        if published is None:
            keys = list(called)
        else:
            fresh = _new_names({_key(version) for version in published}, called)
            keys = list(dict.fromkeys([*map(_key, published), *self._mentioning(fresh)]))
        for document_id, label in keys:
            self._cite(document_id, label, names)
        return len(keys)

    def has_underived_citations(self) -> bool:
        """Whether there are texts, but no citation of any: after a migration."""
        any_text = self._connection.execute(select(provisions.c.document_id).limit(1)).first()
        return any_text is not None and self._connection.execute(select(citations).limit(1)).first() is None

    def cited_by(self, ref: ProvisionRef) -> tuple[CitedArticle, ...]:
        """The articles that this provision cites."""
        query = select(citations.c.cited_document_id, citations.c.cited_locator).where(
            citations.c.document_id == ref.document_id,
            citations.c.label == ref.version,
            citations.c.locator == ref.locator,
        )
        return tuple(sorted(CitedArticle(*row) for row in self._connection.execute(query)))

    def citing(
        self, document_id: str, locators: Collection[str] | None = None, *, on: date | None = None
    ) -> tuple[tuple[Provision, str], ...]:
        """Provisions that cite these articles of a document, or any where ``None``, each with the article cited.

        In force on a day, or, without one, of all versions that are not withdrawn. What cites the document as a whole
        (:data:`WHOLE`) comes along only where asked for by that locator, or by ``None``.
        """
        same_version = and_(
            citations.c.document_id == provisions.c.document_id,
            citations.c.label == provisions.c.label,
            citations.c.locator == provisions.c.locator,
        )
        query = (
            _provisions_query()
            .add_columns(citations.c.cited_locator)
            .join(citations, same_version)
            .where(citations.c.cited_document_id == document_id)
        )
        if locators is not None:
            query = query.where(citations.c.cited_locator.in_(list(locators)))
        found = ((_provision(row), row.cited_locator) for row in self._connection.execute(query))
        return tuple(
            (provision, cited)
            for provision, cited in found
            if (provision.in_force_on(on) if on is not None else not provision.withdrawn)
        )

    def publications(self, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """``(sequence, document_id)`` of what was published after a sequence number, in order."""
        query = (
            select(publications.c.sequence, publications.c.document_id)
            .where(publications.c.sequence > after)
            .order_by(publications.c.sequence)
            .limit(limit)
        )
        return tuple((row.sequence, row.document_id) for row in self._connection.execute(query))

    def announce(self, document_id: str, *, digest: str, at: datetime) -> None:
        """Tell the indexes that something beside the texts of a document changed, such as a typical question."""
        self._take_turns()
        latest = self.versions(document_id)[-1]
        self._log(replace(latest, digest=digest), at)

    def last_publication(self) -> int:
        """The last sequence number; 0 while nothing is published."""
        return int(self._connection.execute(select(func.max(publications.c.sequence))).scalar() or 0)

    def publication_mark(self, sequence: int) -> str | None:
        """What an index remembers to recognise this library by; ``None`` where there is no such publication."""
        query = select(publications).where(publications.c.sequence == sequence)
        row = self._connection.execute(query).one_or_none()
        return f"{row.document_id}@{row.label} {row.digest} {row.at.isoformat()}" if row else None

    def product_terms_on(self, day: date) -> dict[str, dict[str, object]]:
        """The ``product:`` part of each product note that is in force on a day, by document."""
        query = select(versions).where(versions.c.product.is_not(None)).order_by(versions.c.document_id)
        rows = self._connection.execute(query).all()
        return {row.document_id: yaml.safe_load(row.product) for row in rows if _version(row).in_force_on(day)}

    def with_product_terms(self) -> frozenset[str]:
        """The documents of which some version, in force or not, tells the terms of a product."""
        query = select(versions.c.document_id).where(versions.c.product.is_not(None)).distinct()
        return frozenset(self._connection.execute(query).scalars())

    def sizes(self, document_id: str | None = None) -> dict[tuple[str, str], int]:
        """How many provisions each version has, by document and label; of one document or of all."""
        key = (provisions.c.document_id, provisions.c.label)
        query = select(*key, func.count()).group_by(*key)
        if document_id is not None:
            query = query.where(provisions.c.document_id == document_id)
        return {(document, label): size for document, label, size in self._connection.execute(query)}

    def count_in_force(self, day: date) -> tuple[int, int]:
        """How many versions, and how many provisions of them, are in force on ``day``."""
        sizes = self.sizes()
        in_force = self.documents(audiences=tuple(Audience), in_force_on=day)
        return len(in_force), sum(sizes[version.document_id, version.label] for version in in_force)

    def _take_turns(self) -> None:
        """One publisher at a time: overlaps are seen, the log has no late arrivals. SQLite does so itself."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text(f"LOCK TABLE {publications.name} IN EXCLUSIVE MODE"))

    def _refuse_change(self, published: Version, loaded: LoadedVersion) -> None:
        """Nothing but an end may be new: one that was open, or the one that the record has already."""
        version = loaded.version
        name = f"{version.document_id}@{version.label}"
        if published.withdrawal is not None:
            raise Conflict(f"{name} 已撤回，版本号不能再用；请用新的版本号发布。")
        if not same_text(published, self.provisions_of(*_key(version)), loaded):
            raise Conflict(
                f"{name} 已经发布，正文或要素与这次不同；改动应作为新版本发布，"
                "改错应作为更正发布（命令行用 --correct）。"
            )
        if published.period.effective_to not in (None, version.period.effective_to):
            raise Conflict(
                f"{name} 已经发布，失效日是 {published.period.effective_to}，"
                f"与这次的「{version.period.effective_to or '未定'}」不同；改期间应作为更正发布。"
            )

    def _insert(self, loaded: LoadedVersion) -> None:
        self._connection.execute(insert(versions).values(_version_row(loaded.version) | {"product": _terms(loaded)}))
        self._connection.execute(insert(provisions), [_provision_row(each) for each in loaded.provisions])

    def _keep_terms(self, loaded: LoadedVersion) -> None:
        """Also of a version that was published when terms were not kept yet, or stated none."""
        if loaded.product is not None:
            self._change(loaded.version, product=_terms(loaded))

    def _follow(self, loaded: LoadedVersion) -> None:
        """The end, and what stands beside the text, as the file has them now."""
        row = _version_row(loaded.version)
        beside = ("effective_to", "digest", "topics", "source", "verification")
        self._change(loaded.version, **{name: row[name] for name in beside})
        before = {each.ref: each for each in self.provisions_of(*_key(loaded.version))}
        for each in loaded.provisions:
            known = before[each.ref]
            if (known.verification, known.typical_questions) == (each.verification, each.typical_questions):
                continue
            row = _provision_row(each)
            self._connection.execute(
                update(provisions)
                .where(*(provisions.c[name] == row[name] for name in ("document_id", "label", "locator")))
                .values(verification=row["verification"], typical_questions=row["typical_questions"])
            )

    def _end(self, version: Version) -> None:
        self._change(version, effective_to=version.period.effective_to, digest=version.digest)

    def _change(self, version: Version, **values: object) -> None:
        document_id, label = _key(version)
        self._connection.execute(
            update(versions).where(versions.c.document_id == document_id, versions.c.label == label).values(**values)
        )

    def _log(self, version: Version, at: datetime) -> None:
        self._connection.execute(
            insert(publications).values(
                sequence=self.last_publication() + 1,
                document_id=version.document_id,
                label=version.label,
                digest=version.digest,
                at=at,
            )
        )

    def _cite(self, document_id: str, label: str, names: Names) -> None:
        texts = self.provisions_of(document_id, label)
        own = {provision.ref.locator for provision in texts}
        rows = [
            {
                "document_id": document_id,
                "label": label,
                "locator": provision.ref.locator,
                "cited_document_id": cited.document_id,
                "cited_locator": cited.locator,
            }
            for provision in texts
            for cited in sorted(cited_articles(provision, own=own, names=names))
        ]
        self._connection.execute(
            delete(citations).where(citations.c.document_id == document_id, citations.c.label == label)
        )
        if rows:
            self._connection.execute(insert(citations), rows)

    def _called(self) -> dict[tuple[str, str], tuple[str, str]]:
        """What each version calls its document."""
        query = select(versions.c.document_id, versions.c.label, versions.c.title, versions.c.short_title)
        return {(row.document_id, row.label): (row.title, row.short_title) for row in self._connection.execute(query)}

    def _mentioning(self, names: Collection[str]) -> list[tuple[str, str]]:
        """Versions whose texts hold one of these names; many names are sought in every text."""
        if not names:
            return []
        query = select(provisions.c.document_id, provisions.c.label).distinct()
        if len(names) <= _FEW_NAMES:
            query = query.where(or_(*(provisions.c.text.contains(name, autoescape=True) for name in names)))
        return [(row.document_id, row.label) for row in self._connection.execute(query)]

    def _provisions(self, query: Select[Any]) -> tuple[Provision, ...]:
        return tuple(_provision(row) for row in self._connection.execute(query))


@cache
def _provisions_by_reference(count: int) -> Select[Any]:
    """For so many references, compiled once: SQLite looks through the whole table for an ``IN`` of rows."""
    return _provisions_query().where(
        or_(
            *(
                and_(
                    provisions.c.document_id == bindparam(f"document_{at}"),
                    provisions.c.label == bindparam(f"label_{at}"),
                    provisions.c.locator == bindparam(f"locator_{at}"),
                )
                for at in range(count)
            )
        )
    )


def _provisions_query() -> Select[Any]:
    of_version = (
        versions.c.kind,
        versions.c.title,
        versions.c.effective_from,
        versions.c.effective_to,
        versions.c.rendition,
        versions.c.audience,
        versions.c.branches,
        versions.c.withdrawn_on,
    )
    return (
        select(provisions, *of_version)
        .join_from(provisions, versions)
        .order_by(versions.c.document_id, versions.c.effective_from, provisions.c.position)
    )


def _new_names(
    published: Collection[tuple[str, str]], called: Mapping[tuple[str, str], tuple[str, str]]
) -> frozenset[str]:
    """What texts may say of a document since these versions are published, and could not before."""
    known = {name for key, names in called.items() if key not in published for name in _said(key[0], names)}
    return frozenset(name for key in published for name in _said(key[0], called[key])) - known


def _said(document_id: str, names: Iterable[str]) -> tuple[str, ...]:
    return (f"{document_id}:", *(min(forms, key=len) for name in names if (forms := spellings(name))))


def _terms(loaded: LoadedVersion) -> str | None:
    """As YAML, which keeps days and numbers apart from text."""
    return None if loaded.product is None else yaml.safe_dump(loaded.product, allow_unicode=True, sort_keys=False)


def _key(version: Version) -> tuple[str, str]:
    return version.document_id, version.label


def _mentions(version: Version, wanted: str | None) -> bool:
    if not wanted or not wanted.strip():
        return True
    names = (version.document_id, version.title, version.short_title, version.document_number or "", *version.topics)
    return any(wanted.strip().lower() in name.lower() for name in names)


def _version_row(version: Version) -> dict[str, Any]:
    return {
        "document_id": version.document_id,
        "label": version.label,
        "kind": version.kind.value,
        "title": version.title,
        "short_title": version.short_title,
        "issuer": version.issuer,
        "document_number": version.document_number,
        "issued_on": version.issued_on,
        "effective_from": version.period.effective_from,
        "effective_to": version.period.effective_to,
        "rendition": version.rendition.value,
        "verification": version.verification.value,
        "audience": version.audience.value,
        "source": version.source,
        "topics": list(version.topics),
        "branches": list(version.branches),
        "digest": version.digest,
        "replaces": version.replaces,
        "withdrawn_on": version.withdrawal.on if version.withdrawal else None,
        "withdrawal_reason": version.withdrawal.reason if version.withdrawal else None,
    }


def _provision_row(provision: Provision) -> dict[str, Any]:
    return {
        "document_id": provision.ref.document_id,
        "label": provision.ref.version,
        "locator": provision.ref.locator,
        "position": provision.position,
        "path": list(provision.path),
        "heading": provision.heading,
        "text": provision.text,
        "verification": provision.verification.value,
        "typical_questions": list(provision.typical_questions),
    }


def _version(row: Row[Any]) -> Version:
    return Version(
        document_id=row.document_id,
        label=row.label,
        kind=Kind(row.kind),
        title=row.title,
        short_title=row.short_title,
        issuer=row.issuer,
        document_number=row.document_number,
        issued_on=row.issued_on,
        period=Period(effective_from=row.effective_from, effective_to=row.effective_to),
        rendition=Rendition(row.rendition),
        verification=Verification(row.verification),
        audience=Audience(row.audience),
        source=row.source,
        topics=tuple(row.topics),
        branches=tuple(row.branches),
        digest=row.digest,
        replaces=row.replaces,
        withdrawal=Withdrawal(on=row.withdrawn_on, reason=row.withdrawal_reason) if row.withdrawn_on else None,
    )


def _provision(row: Row[Any]) -> Provision:
    return Provision(
        ref=ProvisionRef(row.document_id, row.locator, row.label),
        kind=Kind(row.kind),
        document_title=row.title,
        path=tuple(row.path),
        heading=row.heading,
        text=row.text,
        period=Period(effective_from=row.effective_from, effective_to=row.effective_to),
        verification=Verification(row.verification),
        rendition=Rendition(row.rendition),
        audience=Audience(row.audience),
        position=row.position,
        typical_questions=tuple(row.typical_questions),
        branches=tuple(row.branches),
        withdrawn=row.withdrawn_on is not None,
    )
