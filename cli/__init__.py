"""The command `yice`."""
