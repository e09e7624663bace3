"""Fixtures that every tier may use live in ``tests.support``."""

from hypothesis import settings

pytest_plugins = ["tests.support.databases"]

settings.register_profile("house", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("house")
