"""Every window test starts dressed, at 100 % and in the standard colours."""

from __future__ import annotations

from tests.fixtures.city_windows import city, database, screens
from tests.fixtures.windows import desk, dressed, runner

__all__ = ["city", "database", "desk", "dressed", "runner", "screens"]
