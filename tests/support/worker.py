"""Does the durable work of a data folder until it is killed: ``python -m tests.support.worker FOLDER``."""

import sys
import time
from pathlib import Path

from assistant.bootstrap import open_application
from tests.support.house import settings_for

if __name__ == "__main__":
    with open_application(settings_for(Path(sys.argv[1])), jobs=True):
        print("working", flush=True)  # noqa: T201 - the test waits for this line
        while True:
            time.sleep(1)
