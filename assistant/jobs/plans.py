"""The job of a chunk of plans: done in a process of its own, request by request where that process is lost."""

from assistant.jobs.workers import WorkerLost, Workers
from assistant.workflows.draft_batch import Chunk, DraftPlans

_TRIES_ALONE = 3
"""A process may end for reasons of its own (out of memory, an operator); a request that ends so many is at fault."""


class PlanJobs:
    """Hands chunks to the workers."""

    def __init__(self, workers: Workers, draft: DraftPlans) -> None:
        self._workers = workers
        self._draft = draft

    def __call__(self, key: str) -> None:
        """Do a chunk. A request that ends every process it gets is given up, and the others of its chunk are not."""
        try:
            self._workers.run(key)
        except WorkerLost:
            for single in Chunk.of(key).singles:
                self._alone(single.key)
        if self._draft.idle():
            self._workers.rest()

    def _alone(self, key: str) -> None:
        for _ in range(_TRIES_ALONE):
            try:
                self._workers.run(key)
            except WorkerLost:
                continue
            return
        self._draft.give_up(key)
