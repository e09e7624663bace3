"""From evidence and facts to statements: the writers, the sections of a plan, and how a draft is rendered."""
