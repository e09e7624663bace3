"""Everything that acts: model port, agent, tools, drafting, checks, review, dispatch, audit, jobs."""
