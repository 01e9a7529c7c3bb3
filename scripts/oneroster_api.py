"""Asks a OneRoster API for its collections, page by page, and believes little of what it says of itself.

Providers differ in all that the standard leaves open: how much a page holds whatever was asked, whether a total or a
next page is named, how they are asked for a token, how they word an error. What is the same is that a pull is whole, or
is none: whatever is in doubt ends it with a sentence.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import requests
import tenacity
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth1

SCOPES = "https://purl.imsglobal.org/spec/or/v{version}/scope/{name}.readonly"
LARGEST_ANSWER = 512 * 1024**2  # bytes
LONG_PAUSE = 10  # seconds between two attempts from which on they are told
LONGEST_ANSWER = 900  # seconds from the first byte of an answer to its last
PASSING = {429, 500, 502, 503, 504}
# what a provider may say of an error in the standard's own words; its further words may name people, or the secret
CODES = {
    *("fullsuccess", "invalid_filter_field", "invalid_selection_field", "invalid_sort_field", "invaliddata"),
    *("unauthorisedrequest", "forbidden", "server_busy", "unknownobject", "internal_server_error", "unsupported"),
    *("deletefailure", "linkfailure", "unsupportedoperation", "targetreadfailure"),
}


class PullFailed(Exception):
    """The pull ends and lands nothing; the message is a sentence. What had come whole is there for the next one."""


class Untrustworthy(PullFailed):
    """What came contradicts itself, so that the next pull begins anew."""


class Passing(PullFailed):
    """Something that may be over when it is asked again.

    Attributes:
        wait: seconds after which the provider wants to be asked again; None when it does not say.
    """

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Connector:
    """How an API is reached: a row of `inbound.data_connector`, and what the environment holds under its credential."""

    data_connector_id: str
    display_name: str
    base_url: str
    api_version: str
    credential_type: str
    credential: str
    token_url: str | None
    scope: str | None
    is_demographics_enabled: bool
    page_size: int
    mode: str
    signature_method: str | None
    token_style: str | None
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Patience:
    """How long a pull bears with a provider.

    Attributes:
        attempts: how often one page is asked for.
        seconds: how long one page is asked for, all attempts together.
        longest_wait: the longest pause between two attempts, in seconds.
        first_wait: about how long the first pause is, in seconds; each further one is twice as long.
        connect: seconds to wait for a connection.
        read: seconds to wait for the next bytes of an answer.
    """

    attempts: int = 7
    seconds: float = 1800
    longest_wait: float = 300
    first_wait: float = 2
    connect: float = 60
    read: float = 120


@dataclass
class Answer:
    """What a provider answered.

    Attributes:
        status: of HTTP.
        headers: of HTTP.
        body: the JSON; None when it is none.
        code: the standard's word for an error, where it gives one.
    """

    status: int
    headers: dict
    body: object = None
    code: str = ""


@dataclass
class Progress:
    """How far a collection has been read; what a broken pull goes on from.

    Attributes:
        received: records so far, which is where the next page begins.
        pages: pages so far.
        bytes: size of what is kept of them.
        promised: how many records the provider says that there are; None when it does not.
        following: the address that the provider gave for the next page.
        first_page: digest of the ids on the first page.
        last_page: digest of the ids on the newest page.
        is_sorted: whether the provider takes an order.
        beyond: ids of records that came behind what was promised.
        is_whole: whether there is no more to come.
        is_absent: whether the provider does not give it at all.
    """

    received: int = 0
    pages: int = 0
    bytes: int = 0
    promised: int | None = None
    following: str | None = None
    first_page: str = ""
    last_page: str = ""
    is_sorted: bool = True
    beyond: list[str] = field(default_factory=list)
    is_whole: bool = False
    is_absent: bool = False


class Bearer(AuthBase):
    """Shows a token. As an authentication of its own it keeps requests from looking for one in ~/.netrc."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Puts the token into a request's header."""
        request.headers["Authorization"] = f"Bearer {self.token}".encode()
        return request


class Anonymous(AuthBase):
    """Shows nothing."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leaves a request as it is."""
        return request


class Api:
    """A connection to one provider, and what it cost.

    Attributes:
        requests: how many were made, those for tokens too.
        retries: how many of them asked again.
        newest_status: of HTTP, of the newest answer; 0 when there is none.
        token_seconds: how long the newest token is good for; None when none was asked for, or none is said.
    """

    def __init__(
        self, connector: Connector, patience: Patience = Patience(), say: Callable[[str], None] = print
    ) -> None:
        """Asks nothing yet.

        Args:
            connector: the provider.
            patience: how long to bear with it.
            say: prints a line about a long pause.
        """
        self.say = say
        self.connector = connector
        self.patience = patience
        self.session = requests.Session()
        self.session.headers.update({"Accept": "application/json", "User-Agent": "oneroster-roster"})
        self.requests = self.retries = self.newest_status = 0
        self.token: str | None = None
        self.token_ends = float("inf")
        self.token_seconds: float | None = None

    def next_page(self, collection: str, progress: Progress, changed_since: str | None = None) -> list[dict]:
        """Reads the next page of a collection, and notes in its progress how far that is.

        A page may be shorter than asked, so the next one begins after the records that came, and the end is where the
        total is reached or, where none is named, an empty page.

        Args:
            collection: the word in its address, which is also the key of its list.
            progress: how far it was read; brought up to date.
            changed_since: an instant in ISO 8601, to ask only for what was changed then or later.

        Returns:
            The records; none at the end.

        Raises:
            PullFailed: the page cannot be had.
            Untrustworthy: it contradicts the pages before it.
        """
        address = progress.following or self.address(
            collection, self.connector.page_size, progress.received, progress.is_sorted, changed_since
        )
        answer = self.get(address, collection)
        if answer.status in (400, 422) and progress.is_sorted and not progress.pages:
            progress.is_sorted = False
            return self.next_page(collection, progress, changed_since)
        records = self.records(answer, collection)
        total = total_of(answer)
        if progress.pages == 0:
            progress.promised = total
        elif None not in (total, progress.promised) and total != progress.promised:
            raise Untrustworthy(
                f"{collection}: the provider named {progress.promised:,} records at first and {total:,} later, so the "
                "data changed meanwhile. Pull again when fewer people work in the system."
            )
        if not records:
            if progress.promised is not None and progress.received != progress.promised:
                raise Untrustworthy(
                    f"{collection}: the provider named {progress.promised:,} records and gave {progress.received:,}. "
                    "Pull again; if it stays so, show the vendor these two numbers."
                )
            progress.is_whole = True
            return []
        page = digest_of(records)
        if page in (progress.first_page, progress.last_page):
            raise Untrustworthy(
                f"{collection}: the provider gave the same page twice, from record {progress.received + 1:,} on. It may "
                "not know the parameter offset; ask the vendor."
            )
        progress.first_page = progress.first_page or page
        progress.last_page = page
        progress.received += len(records)
        progress.pages += 1
        if progress.promised is not None and progress.received > progress.promised:
            raise Untrustworthy(
                f"{collection}: the provider named {progress.promised:,} records and gave {progress.received:,} or more. "
                "Its total cannot be believed; show the vendor these two numbers."
            )
        if progress.received == progress.promised:
            progress.beyond = self.ids_beyond(collection, progress, changed_since)
            progress.is_whole = True
        progress.following = self.following(answer, address, progress.received)
        return records

    def ids_beyond(self, collection: str, progress: Progress, changed_since: str | None) -> list[str]:
        """The ids of what comes behind the number of records that was named: mostly none, for a total may be too low."""
        answer = self.get(self.address(collection, 1, progress.received, progress.is_sorted, changed_since), collection)
        return [str(each.get("sourcedId")) for each in self.records(answer, collection)] if answer.status == 200 else []

    def address(
        self, collection: str, limit: int, offset: int = 0, is_sorted: bool = False, changed_since: str | None = None
    ) -> str:
        """The address of a page, encoded as OAuth 1 signs it."""
        parameters = {"limit": limit, "offset": offset}
        if is_sorted:
            parameters |= {"sort": "sourcedId", "orderBy": "asc"}
        if changed_since:
            parameters["filter"] = f"dateLastModified>='{changed_since}'"
        return f"{self.connector.base_url}/{collection}?{urlencode(parameters, quote_via=quote, safe='')}"

    def following(self, answer: Answer, address: str, received: int) -> str | None:
        """The address that an answer gives for the next page.

        Returns:
            None when it gives none, one elsewhere, or one that would pass over records.
        """
        links = requests.utils.parse_header_links(answer.headers.get("Link", ""))
        given = next((link["url"] for link in links if link.get("rel") == "next"), None)
        if given is None:
            return None
        try:
            following = urljoin(address, given)
            parts, expected = urlsplit(following), urlsplit(address)
        except ValueError:
            return None
        offset = parse_qs(parts.query).get("offset", [str(received)])
        is_expected = (parts.scheme, parts.netloc, parts.path) == (expected.scheme, expected.netloc, expected.path)
        return following if is_expected and offset == [str(received)] else None

    def records(self, answer: Answer, collection: str) -> list[dict]:
        """The records of a page.

        Raises:
            PullFailed: the provider refused, or what it gave is no page of this collection.
        """
        if answer.status != 200:
            raise PullFailed(f"{collection}: {self.refusal(answer)}")
        records = answer.body.get(collection) if isinstance(answer.body, dict) else None
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise PullFailed(
                f"{collection}: the answer holds no list named {collection}, as every OneRoster answer does. "
                "Compare base_url with what the vendor gave you."
            )
        return records

    def refusal(self, answer: Answer) -> str:
        """What a status means, as the rest of a sentence, with what to do."""
        code = f" {answer.code}" if answer.code else ""
        return {
            400: f"the provider does not take the request (400{code}). Its pages may be smaller; try a page_size of 100",
            401: f"the provider does not accept the credential (401{code}). Check the client's id and secret, or renew them",
            403: f"the credential does not give access (403{code}). Ask the vendor to allow it, and compare scope",
            404: f"there is no such address (404{code}). Compare base_url with what the vendor gave you",
            429: f"the provider is busy (429{code}). Pull at another hour",
        }.get(answer.status, f"the provider answered with the status {answer.status}{code}. Try again; ask the vendor if it stays so") + "."

    def get(self, address: str, collection: str) -> Answer:
        """Asks for an address, again while what is wrong may pass, and with a new token once when the old one is refused.

        Args:
            address: what to ask for.
            collection: what to call it in messages.

        Raises:
            PullFailed: there is no answer, none that is JSON, or one from elsewhere.
        """
        answer = self.patiently(lambda: self.once("GET", address, collection, auth=self.authentication()))
        if answer.status == 401 and self.is_renewable():
            self.token = None
            self.retries += 1
            answer = self.patiently(lambda: self.once("GET", address, collection, auth=self.authentication()))
        return answer

    def is_renewable(self) -> bool:
        """Whether a new token can be asked for."""
        return self.connector.credential_type == "oAuth2" and self.connector.token_style != "static"

    def authentication(self) -> AuthBase:
        """What shows the provider who asks."""
        connector = self.connector
        if connector.credential_type == "oAuth1":
            return OAuth1(connector.client_id, connector.client_secret, signature_method=connector.signature_method)
        if not self.is_renewable():
            return Bearer(connector.client_secret)
        if self.token is None or time.monotonic() > self.token_ends:
            self.renew_token()
        return Bearer(self.token)

    def renew_token(self) -> None:
        """Asks for a token.

        Raises:
            PullFailed: none is given.
        """
        connector = self.connector
        grant = {"grant_type": "client_credentials", "scope": connector.scope or self.scopes()}
        address, form, auth = connector.token_url, grant, HTTPBasicAuth(connector.client_id.encode(), connector.client_secret.encode())
        if connector.token_style == "body":
            form = grant | {"client_id": connector.client_id, "client_secret": connector.client_secret}
            auth = Anonymous()
        elif connector.token_style == "query":
            address += ("&" if "?" in address else "?") + urlencode(grant, quote_via=quote)
            form = None
        answer = self.patiently(lambda: self.once("POST", address, "token", auth=auth, data=form))
        if answer.status != 200:
            reason = f"the provider gives no token (status {answer.status}). Check the client's id and secret"
            raise PullFailed(f"token: {reason}, token_url, scope and token_style.")
        token = answer.body.get("access_token") if isinstance(answer.body, dict) else None
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
            raise PullFailed("token: the answer holds no access_token. Compare token_url with what the vendor gave you.")
        try:
            self.token_seconds = float(answer.body.get("expires_in"))
        except (TypeError, ValueError):
            self.token_seconds = None
        self.token = token
        # a token that is about to end is renewed before it does; one of under two minutes, at half its time
        lasts = float("inf") if self.token_seconds is None else max(self.token_seconds - 60, self.token_seconds / 2)
        self.token_ends = time.monotonic() + lasts

    def scopes(self) -> str:
        """The standard's scopes for a pull: that of demographics only when they are wanted, for a server may refuse all."""
        version = self.connector.api_version.replace(".", "p")
        names = ["roster-core"] + (["roster-demographics"] if self.connector.is_demographics_enabled else [])
        return " ".join(SCOPES.format(version=version, name=name) for name in names)

    def patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Asks again while what is wrong may pass: a failed connection, a busy or stumbling server, an answer cut short."""

        def pause(state: tenacity.RetryCallState) -> float:
            asked = state.outcome.exception().wait
            by_itself = tenacity.wait_random_exponential(
                self.patience.first_wait, self.patience.longest_wait, min=self.patience.first_wait / 2
            )
            return by_itself(state) if asked is None else asked

        def count(state: tenacity.RetryCallState) -> None:
            self.retries += 1
            if state.next_action.sleep >= LONG_PAUSE:
                self.say(f"  {state.outcome.exception()} It is asked again in {state.next_action.sleep:,.0f} seconds.")

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Passing),
            stop=tenacity.stop_after_attempt(self.patience.attempts) | tenacity.stop_before_delay(self.patience.seconds),
            wait=pause,
            before_sleep=count,
            reraise=True,
        )(ask)

    def once(self, method: str, address: str, what: str, redirects: int = 3, **options) -> Answer:
        """Asks once. What went wrong is told without the address, which may hold what nobody should read in a log.

        Raises:
            Passing: asking again may help.
            PullFailed: it would not.
        """
        self.requests += 1
        self.newest_status = 0
        timeout = (self.patience.connect, self.patience.read)
        try:
            with self.session.request(
                method, address, timeout=timeout, allow_redirects=False, stream=True, **options
            ) as response:
                content = self.content(response, what)
        except requests.exceptions.SSLError:
            raise PullFailed(
                f"{what}: the provider's certificate is not trusted. Ask the vendor, or set REQUESTS_CA_BUNDLE to the "
                "file of the certificates that your network uses."
            ) from None
        except requests.RequestException as error:
            kind = "no answer came in time" if isinstance(error, requests.Timeout) else "the connection failed or broke"
            raise Passing(f"{what}: {kind} ({type(error).__name__}). Try again; check base_url if it stays so.") from None
        if response.is_redirect:
            return self.redirected(response, method, address, what, redirects, options)
        answer = Answer(response.status_code, response.headers, parsed(content))
        self.newest_status = answer.status
        answer.code = code_of(answer.body)
        if answer.status in PASSING:
            raise Passing(f"{what}: {self.refusal(answer)}", self.pause_asked(answer, what))
        if answer.status == 200 and answer.body is None:
            kind = response.headers.get("Content-Type", "").split(";")[0].strip()
            kind = f", but {kind}" if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) and "json" not in kind else ""
            raise Passing(f"{what}: the answer is no JSON{kind}. Compare base_url and token_url with what the vendor gave you.")
        return answer

    def redirected(self, response, method: str, address: str, what: str, redirects: int, options: dict) -> Answer:
        """Follows a redirection that stays on the same host; the credential goes nowhere else."""
        try:
            target = urljoin(address, response.headers["location"])
            parts, expected = urlsplit(target), urlsplit(address)
            host = parts.hostname or ""
        except ValueError:
            host, redirects = "", 0
        if not redirects or method != "GET" or (parts.scheme, parts.netloc) != (expected.scheme, expected.netloc):
            host = host if re.fullmatch(r"[\w.-]+", host) else "another address"
            raise PullFailed(
                f"{what}: the provider redirects to {host}, which is not followed, for the credential "
                "is for one host. If the vendor confirms the new address, write it into the connector."
            )
        return self.once(method, target, what, redirects - 1, **options)

    def content(self, response: requests.Response, what: str) -> bytes:
        """The bytes of an answer, which are neither endless nor endlessly slow."""
        pieces, size, began = [], 0, time.monotonic()
        for piece in response.iter_content(1024**2):
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise PullFailed(f"{what}: one page is larger than {LARGEST_ANSWER // 1024**2:,} MB. Set a smaller page_size.")
            if time.monotonic() - began > LONGEST_ANSWER:
                raise PullFailed(f"{what}: one page took more than {LONGEST_ANSWER // 60} minutes. Set a smaller page_size.")
            pieces.append(piece)
        return b"".join(pieces)

    def pause_asked(self, answer: Answer, what: str) -> float | None:
        """The seconds after which a provider wants to be asked again, by its Retry-After.

        Raises:
            PullFailed: that is longer than a pull waits.
        """
        asked = answer.headers.get("Retry-After", "").strip()
        try:
            if re.fullmatch(r"\d{1,9}", asked):
                seconds = float(asked)
            else:
                until = parsedate_to_datetime(asked)
                seconds = (until.astimezone(timezone.utc) - datetime.now(timezone.utc)).total_seconds()
        except (TypeError, ValueError, OverflowError):
            return None
        if seconds > self.patience.longest_wait:
            raise PullFailed(
                f"{what}: the provider is busy and asks to come back in {round(seconds / 60):,} minutes. Pull again then; "
                "what has come already is kept."
            )
        return max(seconds, 0)


def total_of(answer: Answer) -> int | None:
    """How many records a provider says that there are; None when it does not."""
    text = answer.headers.get("X-Total-Count", "").strip()
    return int(text) if re.fullmatch(r"\d{1,15}", text) else None


def digest_of(records: list[dict]) -> str:
    """What tells a page from others: its ids, in their order."""
    return hashlib.sha256(json.dumps([record.get("sourcedId", record) for record in records]).encode()).hexdigest()


def parsed(content: bytes) -> object:
    """The JSON in an answer; None when it is none."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def code_of(body: object) -> str:
    """The standard's word for an error, which some providers wrap."""
    try:
        body = body.get("imsx_StatusInfo", body)
        for part in body["imsx_CodeMinor"]["imsx_codeMinorField"]:
            if part["imsx_codeMinorFieldValue"] in CODES - {"fullsuccess"}:
                return part["imsx_codeMinorFieldValue"]
    except (AttributeError, KeyError, TypeError):
        pass
    return ""
