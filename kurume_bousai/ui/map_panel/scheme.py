"""地図の入口: the local scheme ``app://``, the filter that refuses every other address, the profile.

Order at start: ``register_scheme()`` before QApplication, ``provide_page(factory)`` before the first map.
Nothing here asks the network for anything; what tries is refused and counted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from kurume_bousai.ui.map_panel.maker import asset_maker

if TYPE_CHECKING:
    from kurume_bousai.mapview.protocol import Asset, MapPageSource

_LOG = logging.getLogger(__name__)

SCHEME: Final = b"app"
PAGE_URL: Final = "app://map/"
_HOST: Final = "map"
_LOCAL_SCHEMES: Final = frozenset({"app", "data", "blob", "qrc"})
_QWEBCHANNEL: Final = "lib/qwebchannel.js"
#: Shared libraries: the same for every page, so not part of what a page itself weighs.
_LIBRARIES: Final = ("lib/", "font/")

PageFactory = Callable[[], "MapPageSource"]

_factories: list[PageFactory] = []


def register_scheme() -> None:
    """Register ``app://`` with Chromium. Call before QApplication; a second call does nothing."""
    if not QWebEngineUrlScheme.schemeByName(QByteArray(SCHEME)).name().isEmpty():
        return
    scheme = QWebEngineUrlScheme(QByteArray(SCHEME))
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


def is_registered() -> bool:
    """Whether ``app://`` is known to Chromium."""
    return not QWebEngineUrlScheme.schemeByName(QByteArray(SCHEME)).name().isEmpty()


def provide_page(factory: PageFactory) -> None:
    """Say where the map page comes from (``mapview.page.map_page``); called by app."""
    _factories[:] = [factory]


def page_source() -> MapPageSource | None:
    """Return the page that app provided; None before it did."""
    return _factories[0]() if _factories else None


class RequestFilter(QWebEngineUrlRequestInterceptor):
    """通信を止める: refuses and counts every address that is not of this program."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blocked = 0

    def interceptRequest(self, request: QWebEngineUrlRequestInfo) -> None:
        """Refuse what is not local (Qt asks for every request)."""
        scheme = request.requestUrl().scheme()
        if scheme in _LOCAL_SCHEMES:
            return
        request.block(True)
        self.blocked += 1
        # The address itself may hold anything, so only its kind is logged.
        _LOG.warning("map page asked for a non-local address (scheme %r): refused", scheme)


class LocalFiles(QWebEngineUrlSchemeHandler):
    """部品を渡す: answers ``app://map/…`` from the page source and from what a view has prepared.

    ``served_bytes`` counts what was given out, libraries and fonts apart.
    """

    def __init__(self, source: MapPageSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._prepared: dict[str, Callable[[], Asset]] = {}
        self._folders: dict[str, Callable[[str], Asset | None]] = {}
        self.served_bytes = 0
        self.library_bytes = 0

    def prepare(
        self,
        made: Mapping[str, Callable[[], Asset]],
        folders: Mapping[str, Callable[[str], Asset | None]] | None = None,
    ) -> None:
        """Replace what the view itself offers (scene, backgrounds); each is made when it is asked for.

        What is in ``made`` is called on another thread than Qt's.

        ``folders``: beginnings of paths ("tiles/x/") whose rest is asked of the function; None = no file.
        """
        self._prepared = dict(made)
        self._folders = dict(folders or {})

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request (Qt's virtual method, called on the Qt thread).

        What a view has prepared is written first, off the Qt thread; the page waits for it, not the window.
        """
        url = job.requestUrl()
        path = url.path().removeprefix("/")
        if url.host() != _HOST or job.requestMethod() != b"GET":
            self._reply(job, path, None)
        elif path in self._prepared:
            maker = asset_maker()
            number = maker.make(self._prepared[path], partial(self._reply, job, path))
            job.destroyed.connect(lambda: maker.forget(number))  # the page may go on before it is there
        else:
            self._reply(job, path, self._find(path))

    def _reply(self, job: QWebEngineUrlRequestJob, path: str, asset: Asset | None) -> None:
        if asset is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        if path.startswith(_LIBRARIES):
            self.library_bytes += len(asset.content)
        else:
            self.served_bytes += len(asset.content)
        buffer = QBuffer(job)  # lives as long as the job that reads it
        buffer.setData(QByteArray(asset.content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(QByteArray(asset.media_type.encode()), buffer)

    def _find(self, path: str) -> Asset | None:
        for beginning, find in self._folders.items():
            if path.startswith(beginning):
                return find(path.removeprefix(beginning))
        if path == _QWEBCHANNEL:
            return _qwebchannel()
        return self._source.asset(path)


def _qwebchannel() -> Asset:
    from kurume_bousai.mapview.protocol import Asset

    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(file.fileName())
    try:
        return Asset("text/javascript; charset=utf-8", bytes(file.readAll().data()))
    finally:
        file.close()


def make_profile(parent: QObject) -> QWebEngineProfile:
    """Return an off-the-record profile: no cache, no cookies, no history, nothing on the disk."""
    profile = QWebEngineProfile(parent)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setSpellCheckEnabled(False)
    profile.downloadRequested.connect(_refuse_download)
    return profile


def connect_profile(profile: QWebEngineProfile, files: LocalFiles, gate: RequestFilter) -> None:
    """Let a profile load from ``files`` only, watched by ``gate``."""
    profile.setUrlRequestInterceptor(gate)
    profile.installUrlSchemeHandler(QByteArray(SCHEME), files)


def _refuse_download(request: QWebEngineDownloadRequest) -> None:
    request.cancel()
