"""地理院タイルの配信: the only module of the program that opens the network (docs/decisions/17).

It is imported by ``app.tile_fetch`` inside the job alone (tests/architecture).  It asks one server, follows
no redirection, and believes no answer that is not a picture.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from email.message import Message
from typing import IO, Final
from urllib.parse import urlsplit

from kurume_bousai import __version__
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.tile_pictures import head_of
from kurume_bousai.services.ports.tile_fetch import ServerBusyError

ADDRESS: Final = "https://cyberjapandata.gsi.go.jp/xyz"
#: Says who asks, as a server's keeper wants to know.
AGENT: Final = f"kurume_bousai/{__version__} (municipal evacuation planning; one tile at a time)"
TIMEOUT_S: Final = 20.0
MOST_BYTES: Final = 2_000_000
_TILE_PX: Final = 256
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer of somebody between us and the server: refused, wherever it leads."""

    def redirect_request(
        self,
        _request: urllib.request.Request,
        answer: IO[bytes],
        _code: int,
        _text: str,
        _headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Refuse (urllib asks)."""
        answer.close()
        raise _not_the_server(urlsplit(newurl).netloc or "別の場所", "別の場所へ転送されました")


class GsiTiles:
    """国土地理院の配信, or a server on this machine for tests. Implements ``TileServer``."""

    def __init__(self, address: str = "") -> None:
        """Take the official address for ""; any other must be on this machine.

        Raises
        ------
        KnownProblem
            ``fetch_address``.
        """
        self._address = (address or ADDRESS).rstrip("/")
        parts = urlsplit(self._address)
        is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if self._address != ADDRESS and not is_here:
            raise KnownProblem(
                "fetch_address",
                "このソフトが通信するのは、国土地理院のタイルの配信だけです。",
                where=address,
                advice="アドレスの指定を外してください。試すときは、このパソコンの中の配信だけを使えます。",
            )
        # A city's PC may need its office's proxy to get out; never for this machine itself.
        proxies = urllib.request.ProxyHandler({} if is_here else None)
        self._opener = urllib.request.build_opener(proxies, _NoRedirection())

    def get(self, path: str) -> bytes | None:
        """One tile, or None where the server has none."""
        request = urllib.request.Request(  # noqa: S310 - one official address over https, or loopback
            f"{self._address}/{path}", headers={"User-Agent": AGENT, "Accept": "image/png, image/jpeg"}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                content: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                self._refuse(error.code, error.headers)
            return None
        except (OSError, http.client.HTTPException):  # no connection, cut off, too slow
            raise ServerBusyError from None
        return _picture(content, path)

    def _refuse(self, status: int, headers: Message) -> None:
        if status == http.client.NOT_FOUND:
            return
        if status in _BUSY:
            raise ServerBusyError(_asked_wait_s(headers))
        raise _not_the_server(urlsplit(self._address).netloc, f"断られました(HTTP {status})")


def _asked_wait_s(headers: Message) -> float:
    """``Retry-After`` in seconds; a date or nonsense counts as nothing."""
    text = str(headers.get("Retry-After", "")).strip()
    return float(text) if text.isdecimal() and len(text) < 6 else 0.0


def _picture(content: bytes, path: str) -> bytes:
    if len(content) > MOST_BYTES:
        raise _not_the_server(path, "大きすぎる返事が返りました")
    head = head_of(content)
    if head is None:
        raise _not_the_server(path, "画像ではないものが返りました")
    if not head.is_whole:
        raise ServerBusyError
    if (head.width_px, head.height_px) != (_TILE_PX, _TILE_PX):
        raise _not_the_server(path, "大きさの違う画像が返りました")
    return content


def _not_the_server(where: str, what: str) -> KnownProblem:
    return KnownProblem(
        "fetch_not_a_tile",
        f"タイルを求めましたが、{what}。取るのをやめました。",
        where=where,
        advice="ログインの画面や、通信を見張る機器が途中にあるときに起こります。"
        "インターネットにつながるパソコンか、担当の人に確かめてください。",
    )
