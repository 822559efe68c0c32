"""The type of what ``add_subparsers`` gives, for annotations only."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # argparse has no public name for it, and the private one takes no parameter at run time.
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - see above
