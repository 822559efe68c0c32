"""Exact placement of parties at sites (RULEBOOK §4) behind the port ``services.ports.capacity.Allocator``."""

from kurume_bousai.geo.allocation.allocator import HighsAllocator

__all__ = ["HighsAllocator"]
