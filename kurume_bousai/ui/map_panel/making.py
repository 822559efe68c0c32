"""地図の部品を選ぶ: ``create_map_view(parent)`` gives the map page, or the painted map where that fails.

See ``map_view.MapView`` for what a view offers.  Wiring (once, in app):

    map_scheme.register_scheme()                    # before QApplication
    map_scheme.provide_page(mapview.page.map_page)  # any time before the first view
"""

from __future__ import annotations

import logging
import os
from typing import Final

from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.view import MapView

_LOG = logging.getLogger(__name__)

NO_WEBENGINE: Final = "KURUME_BOUSAI_NO_WEBENGINE"


def create_map_view(parent: QWidget | None = None) -> MapView:
    """Return the map page in WebEngine; the painted map where WebEngine is unwanted or cannot start."""
    if os.environ.get(NO_WEBENGINE):
        return NativeMapView(parent)
    try:
        from kurume_bousai.ui.map_panel import scheme as map_scheme
    except ImportError as error:  # a system library of Chromium is missing
        _LOG.warning("Qt WebEngine cannot be loaded (%s): painted map instead", type(error).__name__)
        return NativeMapView(parent)
    source = map_scheme.page_source()
    if source is None or not map_scheme.is_registered():
        _LOG.warning("the map page is not wired (scheme or page missing): painted map instead")
        return NativeMapView(parent)
    from kurume_bousai.ui.map_panel.steady import SteadyMapPanel

    return SteadyMapPanel(source, parent)
