"""Every window test starts dressed, at 100 % and in the standard colours."""

from __future__ import annotations

from tests.fixtures.city_windows import city, city_master, database, screens
from tests.fixtures.windows import desk, dressed, runner, undressed

__all__ = ["city", "city_master", "database", "desk", "dressed", "runner", "screens", "undressed"]
