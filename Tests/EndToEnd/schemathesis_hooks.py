"""What schemathesis cannot know from a description: who may sign in, which names are still free, and what a password must repeat.
Only requests that are meant to be good are changed; the others go as they were made."""

import itertools
import json
import os
import pathlib
import re
import unicodedata

import jsonschema_rs
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData

URL = os.environ["ACCOUNTD_URL"]
DIALECT = os.environ["ACCOUNTD_DIALECT"]
NAME = r"\s*[\w.@+-]{1,130}"
PASSWORD = "Corr3ct-horse"
PICTURE = (pathlib.Path(__file__).parents[2] / "docs" / "dialects" / "portrait.png").read_bytes()
LOGIN = {"session": "username", "djoser": "username", "jwt": "login", "simplejwt": "email", "token": "username"}
# Names are free only once, and all APIs share the accounts.
numbers = itertools.count(10_000_000 * (1 + sum(DIALECT.encode())))


class Account:
    """An account of the dialect's own making, signed in."""

    def __init__(self):
        number = next(numbers)
        self.username = f"schema.{DIALECT}.{number}"
        self.email = f"{self.username}@example.org"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = os.environ["ACCOUNTD_CERTIFICATE"]
        getattr(self, f"register_{DIALECT}")()

    def post(self, path, **body):
        response = self.session.post(URL + path, json=body, timeout=30)
        assert response.status_code in (200, 201), (path, response.status_code, response.text)
        return response.json()

    def register_djoser(self):
        made = self.post("/auth/users/", username=self.username, email=self.email, password=PASSWORD)
        self.in_path = {"id": made["id"], "number": made["id"]}
        token = self.post("/auth/token/login/", username=self.username, password=PASSWORD)["auth_token"]
        self.headers, self.cookies = {"Authorization": f"Token {token}"}, {}

    def register_jwt(self):
        self.post("/create_user/", email=self.email, password=PASSWORD)
        token = self.post("/obtain_token/", login=self.email, password=PASSWORD)["token"]
        self.headers, self.cookies = {"Authorization": f"JWT {token}"}, {}

    def register_session(self):
        self.post(
            "/core/signup/", username=self.username, email=self.email, password=PASSWORD, password_repeat=PASSWORD)
        self.post("/core/login/", username=self.username, password=PASSWORD)
        self.cookies = {name: self.session.cookies[name] for name in ("sessionid", "csrftoken")}
        self.headers = {"X-CSRFToken": self.cookies["csrftoken"], "Referer": URL + "/"}

    def register_simplejwt(self):
        self.post("/api/user/register/", full_name="Anna Maier", email=self.email, password=PASSWORD)
        tokens = self.post("/api/user/login/", email=self.email, password=PASSWORD)["tokens"]
        self.refresh = tokens["refresh"]
        self.headers, self.cookies = {"Authorization": f"JWT {tokens['access']}"}, {}

    def register_token(self):
        made = self.post("/api/v1/users/", username=self.username, email=self.email, password=PASSWORD)
        self.in_path = {"uuid": made["id"]}
        self.headers, self.cookies = {"Authorization": f"Token {made['auth_token']}"}, {}


class Accounts:
    """The account that requests are made with: a new one whenever the last may have been changed, ended or deleted."""

    current = None
    # Values of credentials that may not be good any more.
    spent = set()

    @classmethod
    def get(cls):
        if cls.current is None:
            cls.current = Account()
        return cls.current

    @classmethod
    def spend(cls):
        if cls.current is not None:
            cls.spent |= {*cls.current.headers.values(), *cls.current.cookies.values()} - {URL + "/"}
            cls.current = None

    @classmethod
    def renew(cls, given, good):
        """Puts good credentials in the place of spent ones, where a request was made up some time ago."""
        for name in good:
            if given and given.get(name) in cls.spent:
                given[name] = good[name]


@schemathesis.auth(refresh_interval=None)
class Credential:
    def get(self, case, context):
        return Accounts.get()

    def set(self, case, account, context):
        case.headers = {**(case.headers or {}), **account.headers}
        case.cookies = {**(case.cookies or {}), **account.cookies}


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code < 300 and case.method not in ("GET", "HEAD", "OPTIONS"):
        Accounts.spend()


@schemathesis.hook
def before_call(context, case, kwargs):
    account = Accounts.get()
    Accounts.renew(case.headers, account.headers)
    Accounts.renew(case.cookies, account.cookies)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # Where other accounts do not exist for the caller, only its own id leads anywhere.
    alone = case.operation.definition.raw["description"].endswith("do not exist for it.")
    for name in case.path_parameters or {}:
        if alone or next(numbers) % 2:
            case.path_parameters[name] = account.in_path[name]
    if isinstance(case.body, dict):
        for name in ("avatar", "profile_pic"):
            # What the description can only call binary must be a picture.
            if case.media_type == "multipart/form-data" and name in case.body:
                case.body[name] = PICTURE
        case.body = _made_true(case.operation.definition.raw["summary"], dict(case.body), account)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops what is no failure: a request that is a good one after all."""
    return not (isinstance(failure, AcceptedNegativeData) and (_fits_when_trimmed(case) or _is_good_form(case)))


def _is_good_form(case):
    """Whether a form is good once its values are text, which is all that it can carry; without an object it goes out empty."""
    content = case.operation.get_body_for_media_type(case.media_type)
    if content is None or case.media_type == "application/json":
        return False
    schema = content.definition["schema"]
    sent = {}
    for name, value in case.body.items() if isinstance(case.body, dict) else ():
        if schema["properties"].get(name, {}).get("type") == "array":
            sent[name] = value
        elif value != []:
            last = value[-1] if isinstance(value, list) else value
            # A file's content is text of a class of schemathesis's own.
            sent[name] = last.decode("latin-1") if isinstance(last, bytes) else (
                f"{last}" if isinstance(last, str) else json.dumps(last))
    return jsonschema_rs.is_valid(schema, sent)


def _fits_when_trimmed(case):
    """Whether a text is too long only with the white space around it, which JSON Schema cannot say does not count."""
    content = case.operation.get_body_for_media_type(case.media_type)
    if content is None or not isinstance(case.body, dict):
        return False
    properties = content.definition["schema"]["properties"]
    longest = {name: schema["maxLength"] for name, schema in properties.items() if "maxLength" in schema}
    return any(
        len(value) > longest[name] >= len(value.strip())
        for name, value in case.body.items()
        if name in longest and isinstance(value, str))


def _made_true(summary, body, account):
    """The body with what must be so for the request to succeed."""
    if summary.startswith("Checks a login"):
        return {**body, LOGIN[DIALECT]: account.email, "password": PASSWORD}
    for name in ("current_password", "old_password"):
        if name in body:
            body[name] = PASSWORD
    if "refresh" in body and hasattr(account, "refresh"):
        body["refresh"] = account.refresh
    for name in ("password", "new_password"):
        if name in body and not isinstance(body[name], str) and len(json.dumps(body[name])) < 4:
            body[name] = 12345
    if "password" in body and "password_repeat" in body:
        body["password_repeat"] = body["password"]
    if "username" in body:
        body["username"] = _unique_name(body["username"])
    if isinstance(body.get("email"), str) and body["email"].strip():
        body["email"] = _unique_address(body["email"])
    return body


def _unique_address(address):
    """The address with a number before it that no other has, where there is room for one."""
    longer = f"{next(numbers)}.{address}"
    return longer if len(longer) <= 254 else f"{next(numbers)}@example.org"


def _unique_name(name):
    """The name with a number at its end that no other has; a number itself where it was one."""
    number = next(numbers)
    if isinstance(name, str):
        # The normal form must be a username too, and is what is compared.
        shown = unicodedata.normalize("NFKC", name.rstrip()[:100])
        return f"{name.rstrip()[:100] if re.fullmatch(NAME, shown) else 'anna'}.{number}"
    return number + 0.5 if isinstance(name, float) else number
