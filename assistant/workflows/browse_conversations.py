"""A person's own chats."""

from dataclasses import dataclass

from assistant.conversations.model import Conversation, Turn
from assistant.identity.model import Actor
from assistant.storage import Storage


@dataclass(frozen=True, slots=True)
class BrowseConversations:
    """Newest first; nobody sees another's."""

    storage: Storage

    def list(self, by: Actor) -> tuple[Conversation, ...]:
        """The chats."""
        with self.storage.reading() as work:
            return work.conversations.of_owner(by.id)

    def turns(self, conversation_id: str, *, by: Actor) -> tuple[Turn, ...]:
        """One chat, oldest turn first."""
        with self.storage.reading() as work:
            work.conversations.get(conversation_id, owner_id=by.id)
            return work.conversations.turns(conversation_id)
