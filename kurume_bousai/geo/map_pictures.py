"""背景図の材料: a page of a picture file, its pins, and the background they make."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PIL import Image

from kurume_bousai.geo import backgrounds
from kurume_bousai.services.places.ports import MapPicture, MapPin, PinFit
from kurume_bousai.services.ports.backgrounds import Background

#: Longest side of the picture a person pins on the screen, in pixels; pins count in its full size.
SCREEN_PICTURE_PX: Final = 2400


def read_picture(name: str, content: bytes, page: int) -> MapPicture:
    """Return a page of a picture file at a size that fits a screen; raises as ``open_picture`` does."""
    picture = backgrounds.open_picture(content, page=page)
    width_px, height_px = picture.size
    shown = Image.new("RGB", picture.size, "white")
    shown.paste(picture, mask=picture.getchannel("A"))
    shown.thumbnail((SCREEN_PICTURE_PX, SCREEN_PICTURE_PX))
    kept = io.BytesIO()
    shown.save(kept, "PNG", compress_level=1)
    return MapPicture(
        name, content, page, backgrounds.page_count(content), width_px, height_px, kept.getvalue()
    )


def fit_pins(pins: Sequence[MapPin]) -> PinFit:
    """Return how well the pins hold the picture, in metres on the ground."""
    fit = backgrounds.fit_pins(_pins(pins))
    return PinFit(fit.residuals_m, fit.rms_m, fit.is_checked)


def make_background(
    picture: MapPicture, pins: Sequence[MapPin], name: str, *, added_at: datetime
) -> Background:
    """Return the picture turned north-up by its pins, ready to be kept."""
    return backgrounds.make_background(
        picture.content, _pins(pins), name=name, page=picture.page, added_at=added_at
    )


def _pins(pins: Sequence[MapPin]) -> list[backgrounds.Pin]:
    return [backgrounds.Pin(pin.x_px, pin.y_px, pin.point) for pin in pins]
