"""``python -m kurume_bousai``."""

from __future__ import annotations

import sys

from kurume_bousai.cli import main

if __name__ == "__main__":
    sys.exit(main())
