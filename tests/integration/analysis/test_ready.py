"""The libraries that measure come with the start of a server, not with its first portrait nor with every command."""

import subprocess
import sys

_ASKED = """
import sys
import cli.main
from assistant.analysis.returns import get_ready
measuring = {"empyrical.stats", "pyxirr"}
print(len(measuring & sys.modules.keys()))
get_ready()
print(len(measuring & sys.modules.keys()))
"""


def test_measuring_is_made_ready_once_and_costs_no_command() -> None:
    answer = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, timeout=120, check=True)
    assert answer.stdout.split() == ["0", "2"]
