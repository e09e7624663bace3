"""The whole house, for tests of batches."""

from tests.support.house import furnished_folder, house

__all__ = ["furnished_folder", "house"]
