"""Hand out a published version as a library file, as far as the reader may see it."""

from dataclasses import dataclass

from assistant.errors import Conflict
from assistant.identity.model import Actor
from assistant.workflows.browse_library import BrowseLibrary
from knowledge.documents.model import Kind, LoadedVersion
from knowledge.documents.writing import to_markdown


@dataclass(frozen=True, slots=True)
class ExportVersion:
    """The file as it would be written today: what readers may see, with the period that is recorded."""

    browse_library: BrowseLibrary

    def __call__(self, document_id: str, label: str, *, by: Actor) -> bytes:
        """Markdown with front matter.

        Raises:
            NotFound: there is no such version for this reader.
            Conflict: a product's terms are not part of its text.

        """
        provisions = self.browse_library.provisions(document_id, label, by=by)
        version = next(each for each in self.browse_library.versions(document_id, by=by) if each.label == label)
        if version.kind is Kind.PRODUCT:
            raise Conflict("产品说明的要素不在条文里，不能导出为知识库文件。")
        return to_markdown(LoadedVersion(version=version, provisions=provisions))
