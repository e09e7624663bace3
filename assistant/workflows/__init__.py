"""One use case a file, named by a verb: what routes, jobs, the command and the evals call."""
