"""地図のページの錠: a page that goes nowhere, opens nothing and asks for nothing."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)

_LOG = logging.getLogger(__name__)

_ATTRIBUTE = QWebEngineSettings.WebAttribute
_OFF = (
    _ATTRIBUTE.LocalContentCanAccessRemoteUrls,
    _ATTRIBUTE.LocalContentCanAccessFileUrls,
    _ATTRIBUTE.JavascriptCanOpenWindows,
    _ATTRIBUTE.JavascriptCanAccessClipboard,
    _ATTRIBUTE.PluginsEnabled,
    _ATTRIBUTE.PdfViewerEnabled,
    _ATTRIBUTE.FullScreenSupportEnabled,
    _ATTRIBUTE.DnsPrefetchEnabled,
    _ATTRIBUTE.HyperlinkAuditingEnabled,
    _ATTRIBUTE.NavigateOnDropEnabled,
    _ATTRIBUTE.LocalStorageEnabled,
    _ATTRIBUTE.ErrorPageEnabled,
    _ATTRIBUTE.AutoLoadIconsForPage,
)


class LockedPage(QWebEnginePage):
    """地図のページ. Only ``app://map/`` is ever loaded; every permission is denied."""

    def __init__(self, profile: QWebEngineProfile, parent: QObject | None = None) -> None:
        super().__init__(profile, parent)
        for attribute in _OFF:
            self.settings().setAttribute(attribute, False)
        self.permissionRequested.connect(_deny)

    def acceptNavigationRequest(
        self,
        url: QUrl | str,
        navigation: QWebEnginePage.NavigationType,
        isMainFrame: bool,  # noqa: N803 - Qt calls it so
    ) -> bool:
        """Stay on the map page (Qt's virtual method)."""
        del navigation  # of whatever kind
        target = QUrl(url)
        return isMainFrame and target.scheme() == "app" and target.host() == "map"

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        """Open no other window (Qt's virtual method)."""
        del kind
        return None

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Log where a script failed (Qt's virtual method)."""
        del message  # it may quote the scene
        if level is not QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel:
            _LOG.warning("map page: script message at %s:%d", source.rpartition("/")[2], line)


def _deny(permission: QWebEnginePermission) -> None:
    permission.deny()
