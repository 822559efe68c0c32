"""What benchmarks share: the machine's surroundings, the fictional city kept between runs, medians."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PEOPLE: Final = 20_000
OPERATOR: Final = "架空"
PASSPHRASE: Final = "demo"  # opens nothing but a fictional city
_MAKERS: Final = ("kurume_bousai/services/fictional*", "kurume_bousai/storage", "db")


def without_screen() -> None:
    """Let Qt draw without a screen where there is none, as the program's headless commands do."""
    from kurume_bousai import app

    app.prepare_headless(lambda text: print(text, file=sys.stderr))


def cache_folder() -> Path:
    """The folder of this user for what is made once and used again."""
    owner = str(os.geteuid()) if hasattr(os, "geteuid") else "own"
    folder = Path(tempfile.gettempdir()) / f"kurume_bousai_bench_{owner}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def fictional_city(people: int = PEOPLE) -> Path:
    """The database of the fictional city, made once for this state of the sources; closed.

    The passphrase of 「架空」 is stretched as carefully as that of a real city.
    """
    path = cache_folder() / f"kakuu_{people}_{_fingerprint()}.db"
    if path.exists():
        return path
    from kurume_bousai.cli.demo_database import prepare_demo
    from kurume_bousai.services.fictional.city import DEFAULT_SEED
    from kurume_bousai.storage import keyring

    for older in cache_folder().glob(f"kakuu_{people}_*"):
        older.unlink()
    making = path.with_name(f"making_{os.getpid()}.db")
    prepare_demo(making, members=people, seed=DEFAULT_SEED, fresh=False, progress=lambda *_step: None)
    keys = keyring.load(making)
    key = keys.unlock(OPERATOR, PASSPHRASE)
    keyring.save(making, keys.with_operator(OPERATOR, PASSPHRASE, key, keyring.CAREFUL))
    for ending in (".keys", ""):  # the database comes last: where it stands, all stands
        making.with_name(making.name + ending).replace(path.with_name(path.name + ending))
    return path


def copied_city(folder: Path, people: int = PEOPLE) -> Path:
    """A copy that a benchmark may write into."""
    source, path = fictional_city(people), folder / "kakuu.db"
    for ending in ("", ".keys"):
        shutil.copyfile(source.with_name(source.name + ending), path.with_name(path.name + ending))
    return path


def _fingerprint() -> str:
    """Changes whenever what makes the city changes."""
    made = hashlib.sha256()
    files = (file for pattern in _MAKERS for place in ROOT.glob(pattern) for file in _files(place))
    for file in sorted(set(files)):
        made.update(file.read_bytes())
    return made.hexdigest()[:12]


def _files(place: Path) -> Iterable[Path]:
    endings = {".py", ".toml", ".csv", ".json", ".txt"}
    found = [place] if place.is_file() else place.rglob("*")
    return (file for file in found if file.suffix in endings and file.is_file())


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(values: Iterable[float]) -> float:
    """The middle one, rounded to a tenth of a millisecond."""
    return round(statistics.median(values), 4)
