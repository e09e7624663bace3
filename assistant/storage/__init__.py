"""The unit of work over every repository, and the migrations."""
