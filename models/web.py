"""GET requests for weights, and what their failures mean in plain words.

Own code over the standard library instead of huggingface_hub, for three reasons: that library is switched off for the
whole process (`HF_HUB_OFFLINE`, see `models/__init__.py`) and a pull must not switch it on for everything else; its
cache of symbolic links is not a folder that a person can copy to a closed network; and it sends usage figures unless
told not to. Nothing but GET requests is ever sent, without figures, cookies or stored credentials; a token goes to the
host it was meant for and to no host that this one redirects to.
"""

from __future__ import annotations

import email.message
import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from models.manifest import AccessRefused, NotThere, ServerTrouble, Unreachable, WeightsError

AGENT = "bwc-review-models"
TIMEOUT = 30.0
"""seconds without a byte before a connection counts as broken"""
LONGEST_WAIT = 120.0
"""seconds that a server may ask us to wait (Retry-After) before we tell the user instead"""
_LISTING_BYTES = 16 << 20


@dataclass(frozen=True)
class Advice:
    """What to tell the user about one model when its server does not play along."""

    name: str
    folder: str
    page: str
    gated: bool

    @property
    def by_hand(self) -> str:
        return (
            f"Behind a closed network copy the folder by hand to {self.folder}, then run: bwc models verify {self.name}"
        )

    @property
    def access(self) -> str:
        return f"Accept the conditions at {self.page}, make a read token in your account there, set HF_TOKEN to it"


class Interrupted(Exception):
    """The transfer stopped but another try may do better. `wait`: seconds that the server asked for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(reason)


class RangeRefused(Exception):
    """416: the server has nothing at the place where we wanted to go on."""


class Web:
    """Sends GET requests for one model. `sleep` is a parameter so that tests need not wait."""

    def __init__(
        self, advice: Advice, token: str | None = None, tries: int = 5, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.advice = advice
        self.tries = tries
        self.sleep = sleep
        self._token = _checked(token)
        self._reached = False
        self._opener = _opener()

    def get(self, url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        """The open answer. Raises Interrupted where another try makes sense, RangeRefused, else a WeightsError."""
        request = urllib.request.Request(url, headers={**headers, "User-Agent": AGENT, "Accept-Encoding": "identity"})
        if self._token is not None:
            _may_carry_token(url)
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            answer: http.client.HTTPResponse = self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            error.close()
            self._reached = True
            raise self._meaning(error, url) from None
        except urllib.error.URLError as error:
            raise self._no_contact(url, error.reason) from None
        except (OSError, http.client.HTTPException) as error:
            raise Interrupted(f"{_host(url)}: {_words(error)}") from None
        self._reached = True
        return answer

    def listing(self, url: str) -> bytes:
        """A small answer as a whole, tried again where the connection breaks."""
        for attempt in range(1, self.tries + 1):
            try:
                with self.get(url, {"Accept": "application/json"}) as answer:
                    return _whole(answer)
            except Interrupted as broken:
                self.pause(attempt, broken)
        raise AssertionError("pause raises after the last try")

    def pause(self, attempt: int, broken: Interrupted) -> None:
        """Wait before the next try; after the last one raise ServerTrouble instead."""
        if attempt >= self.tries:
            raise ServerTrouble(
                f"{self.advice.name}: gave up after {attempt} tries: {broken}. What arrived is kept: "
                f"pull again to go on. {self.advice.by_hand}"
            ) from broken
        self.sleep(broken.wait if broken.wait is not None else min(30.0, 2.0 ** (attempt - 1)))

    def _no_contact(self, url: str, reason: object) -> Exception:
        host = _host(url)
        if isinstance(reason, ssl.SSLCertVerificationError):
            return Unreachable(
                f"the certificate of {host} is not accepted ({reason.verify_message}). If your network inspects "
                f"encrypted traffic, set SSL_CERT_FILE to its root certificate. {self.advice.by_hand}"
            )
        if self._reached:
            return Interrupted(f"{host}: {_words(reason)}")
        return Unreachable(f"{host} cannot be reached ({_words(reason)}). {self.advice.by_hand}")

    def _meaning(self, error: urllib.error.HTTPError, url: str) -> Exception:
        host, code = _host(url), error.code
        if code == 416:
            return RangeRefused()
        if code in (401, 403):
            return AccessRefused(self._refused(host, code))
        if code in (404, 410):
            return NotThere(
                f"{host} has no {urlsplit(url).path} ({code}): it was moved or removed. {self.advice.by_hand}"
            )
        if code in (408, 425, 429) or code >= 500:
            return self._busy(host, code, error.headers)
        words = " ".join(str(error.reason).split())
        return ServerTrouble(f"{host} answers {code} {words}. {self.advice.by_hand}")

    def _refused(self, host: str, code: int) -> str:
        if not self.advice.gated:
            return f"{host} refuses access ({code}), though {self.advice.name} is open to all. {self.advice.by_hand}"
        sent = "no token was sent" if self._token is None else "the token that was sent does not open it"
        return (
            f"{self.advice.name} is gated: {host} answers {code}, {sent}. {self.advice.access}. {self.advice.by_hand}"
        )

    def _busy(self, host: str, code: int, headers: email.message.Message) -> Exception:
        asked = headers.get("Retry-After", "").strip()
        wait = float(asked) if asked.isdecimal() else None
        if wait is not None and wait > LONGEST_WAIT:
            return ServerTrouble(
                f"{host} is busy ({code}) and asks for {wait:.0f} s of patience: pull again after that"
            )
        return Interrupted(f"{host} answers {code}", wait)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects without taking the token to another host or leaving encryption."""

    max_redirections = 5

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.scheme not in ("http", "https") or (old.scheme == "https" and new.scheme != "https"):
            raise ServerTrouble(f"{_host(req.full_url)} redirects to an address without encryption: not followed")
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None and (old.scheme, old.netloc) != (new.scheme, new.netloc):
            request.remove_header("Authorization")
        return request


def _opener() -> urllib.request.OpenerDirector:
    """Proxies of the environment are used; local files, FTP and stored passwords are not."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _whole(answer: http.client.HTTPResponse) -> bytes:
    try:
        content = answer.read(_LISTING_BYTES + 1)
        left = answer.length
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(_words(error)) from error
    if left:
        raise Interrupted("the connection broke")
    if len(content) > _LISTING_BYTES:
        raise ServerTrouble("the server's listing does not end: not read")
    return content


def _checked(token: str | None) -> str | None:
    token = (token or "").strip()
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise WeightsError("the token holds characters that no token has: copy it again")
    return token or None


def _may_carry_token(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise WeightsError(f"a token is not sent to {parts.netloc} without encryption: use an https address")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _words(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer for {TIMEOUT:.0f} s"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__
