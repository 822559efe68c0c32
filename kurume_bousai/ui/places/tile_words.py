"""タイルの言葉: how much of a map there is."""

from __future__ import annotations

from kurume_bousai.domain.tile_packs import TileFacts


def facts_words(facts: TileFacts) -> str:
    """How much of a map it is: zooms, tiles, size."""
    zooms = f"縮尺(ズーム) {facts.min_zoom}から{facts.max_zoom}"
    if not facts.size_bytes:  # a picture that is still to be cut
        return f"{zooms}　{facts.tile_count:,}枚まで"
    return f"{zooms}　{facts.tile_count:,}枚　{size_words(facts.size_bytes)}"


def size_words(size_bytes: float) -> str:
    """「12MB」, 「1.4MB」, 「40KB」."""
    mega = size_bytes / 1e6
    if mega < 1:
        return f"{size_bytes / 1e3:,.0f}KB"
    return f"{mega:,.0f}MB" if mega >= 10 else f"{mega:.1f}MB"


def minutes(seconds: float) -> str:
    """「4分」, 「1分以内」."""
    return f"{round(seconds / 60):,}分" if seconds >= 60 else "1分以内"
