"""Fixtures that every tier may use live in ``tests.support``."""

pytest_plugins = ["tests.support.databases"]
