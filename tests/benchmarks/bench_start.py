"""Start to usable window, against an empty Qt window with a WebEngine view (see ``start_child``).

Both are fresh processes of the same Python, timed from the moment the parent asks for them to the moment
their content has been painted: ours with the list of 20,000 on the screen, the rival with an empty page.
They take turns; medians count. Compiled modules are there for both, as at every start but the first.

``ours_s`` holds everything the program does, the stretching of the passphrase included, and leaves out the
``typing_s`` for which a person types. It ends with the first screenful of the list, sorted and readable; the
rest of the 20,000 and their counts come after it, and the page says 「読んでいます」 until then.

While the person types, a worker thread loads the modules of the window and of the list, and lets SQLAlchemy
do what it does once (mappers, dialect); the Qt thread is left to the typing. Nothing of the city can be read
before the passphrase is there. What loads meanwhile is not waited for; ``hurried_s`` is the same for somebody
who types in no time at all (a robot), and ``times_hurried`` compares that.

``key_s`` is what the stretching of the passphrase costs by itself, and is wanted: ``times_without_key`` tells
how the rest compares.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import start_child
from tests.benchmarks.surroundings import (
    OPERATOR,
    PASSPHRASE,
    PEOPLE,
    ROOT,
    cache_folder,
    copied_city,
    median,
    without_screen,
)

RUNS: Final = 9
#: A passphrase of twelve letters takes longer.
TYPING_S: Final = 2.0
MOST_TIMES: Final = 2.0

Moments = dict[str, Any]


def run(runs: int = RUNS) -> dict[str, Any]:
    """Alternate both starts and compare their medians."""
    without_screen()
    with tempfile.TemporaryDirectory(prefix="kurume_bousai_bench_") as name:
        folder = Path(name)
        path = copied_city(folder)
        starter = Starter(folder)
        for typing_s in (TYPING_S, 0.0):  # the first start of each compiles the modules
            starter.ours(path, typing_s)
            starter.rival()
        rounds = [(starter.ours(path, TYPING_S), starter.rival(), starter.ours(path, 0)) for _ in range(runs)]
    ours, rivals, hurried = zip(*rounds, strict=True)
    ours_s, other_s = median(map(_shown, ours)), median(rival["painted"] for rival in rivals)
    key_s = median(one["key_s"] for one in ours)
    times, hurried_s = ours_s / other_s, median(map(_shown, hurried))
    return {
        "ours_s": ours_s,
        "other": "QWebEngineView with an empty page in a QMainWindow",
        "other_s": other_s,
        "ratio": round(1 / times, 3),
        "n": PEOPLE,
        "target": f"{MOST_TIMES:g}倍の時間まで",
        "met": times <= MOST_TIMES,
        "times": round(times, 2),
        "times_without_key": round((ours_s - key_s) / other_s, 2),
        "key_s": key_s,
        "without_key_s": round(ours_s - key_s, 4),
        "door_s": median(one["door"] for one in ours),
        "window_s": median(one["window"] - _typed(one) for one in ours),
        "hurried_s": hurried_s,
        "times_hurried": round(hurried_s / other_s, 2),
        "typing_s": TYPING_S,
        "runs": runs,
        "heavy_libraries": ours[-1]["heavy"],
    }


def _typed(moments: Moments) -> float:
    return float(moments["typed"] - moments["door"])


def _shown(moments: Moments) -> float:
    if moments["rows"] <= 0:
        raise RuntimeError("the list was empty")
    return float(moments["list"] - _typed(moments))


class Starter:
    """Starts a child in surroundings of its own and reads its moments."""

    def __init__(self, home: Path) -> None:
        self._env = {
            **os.environ,
            "KURUME_BOUSAI_HOME": str(home),
            "PYTHONPYCACHEPREFIX": str(cache_folder() / "compiled"),
        }
        self._env.pop("PYTHONDONTWRITEBYTECODE", None)

    def ours(self, path: Path, typing_s: float) -> Moments:
        """The program."""
        return self._start("ours", str(path), OPERATOR, PASSPHRASE, str(typing_s))

    def rival(self) -> Moments:
        """The empty window."""
        return self._start("rival")

    def _start(self, *arguments: str) -> Moments:
        command = [sys.executable, "-m", start_child.__name__, *arguments]
        began = {start_child.T0: repr(time.monotonic())}
        done = subprocess.run(
            command, cwd=ROOT, env=self._env | began, capture_output=True, timeout=120, check=False
        )
        if done.returncode or not done.stdout:
            sys.stderr.write(done.stderr.decode("utf-8", "replace")[-2000:])
            raise RuntimeError(f"the start of {arguments[0]} failed with {done.returncode}")
        moments: Moments = json.loads(done.stdout.decode().splitlines()[-1])
        return moments
