"""One step of a benchmark in a process of its own, so that its memory is its own and nothing is warm.

`run(step, folder, address, **what)` gives what the function `step` of that module returns; `step`: "module.function".
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.parts.site import start


class Failed(Exception):
    pass


def run(step, folder, address, **what):
    answer = Path(folder, "answer.json")
    answer.unlink(missing_ok=True)
    call = [sys.executable, "-m", "bench.parts.child", step, folder, json.dumps(what)]
    done = subprocess.run(call, env=os.environ | {"DATABASE_URL": address}, check=False)
    if done.returncode or not answer.exists():
        raise Failed(f"{step} did not end well, for the reason above.")
    return json.loads(answer.read_text())


def main(step, folder, what):
    start(folder)
    module, _, function = step.rpartition(".")
    found = getattr(importlib.import_module(f"bench.parts.{module}"), function)(**json.loads(what))
    Path(folder, "answer.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
