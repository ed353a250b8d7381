"""Whether the reference is one: sends the recorded rows to it and counts the equal answers.

Rows of the groups fields, body, password and auth, but for pictures and for departures, which the rows themselves mark.
"""

import json
import random
import re
import string
import sys
import uuid
from collections import Counter
from pathlib import Path

from exchange import Request
from server import Reference

ROWS = Path(__file__).parent.parent / "ContractTests" / "Rows"
GROUPS = {"fields", "body", "password", "auth"}
PASSWORD = "Corr3ct-horse"
# The order of the originals' multi-row groups is not kept here; these follow earlier rows.
FOLLOWING = {"not editable: nothing was changed"}


def letters(count=10):
    """A random name; one that is too long for a single label of a domain has dots, as the recorded ones had."""
    name = random.choices(string.ascii_lowercase, k=count)
    if count > 200:
        name[50::51] = "." * len(name[50::51])
    return "".join(name)


class Replay:
    def __init__(self, reference):
        self.reference = reference

    def post(self, path, **body):
        request = Request("POST", path, [("Content-Type", "application/json")], json.dumps(body).encode())
        return self.reference.answer(request)

    def account(self):
        name, mailbox = letters(), letters()
        made = self.post("/api/v1/users/", username=name, password=PASSWORD, email=f"{mailbox}@example.com").json()
        return {"name": name, "mailbox": mailbox, "uuid": made["id"], "token": made["auth_token"]}

    def jwt(self, row, account, case):
        import jwt
        from django.conf import settings

        other = row["key"].startswith("003")
        single = lambda: self.post("/obtain_token/", login=account["name"], password=PASSWORD).json()["token"]
        pair = lambda: self.post("/api/user/login/", email=account["name"], password=PASSWORD).json()["tokens"]
        if "access token" in case:
            return pair()["access"]
        if "refresh token as access" in case:
            return pair()["refresh"]
        if case in ("002's JWT", "002's token"):
            return single()
        if case == "token of the other JWT API":
            return single() if other else pair()["access"]
        refresh = row["request"]["path"].startswith("/api/user/refresh")
        token = pair()["refresh" if refresh else "access"] if other else single()
        payload = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
        sign = lambda claims, key=settings.SECRET_KEY, algorithm="HS256": jwt.encode(claims, key, algorithm)
        head, body, signature = token.split(".")
        return {
            "expired": lambda: sign(payload | {"exp": 1}),
            "expired, also wrongly signed": lambda: sign(payload | {"exp": 1}, "x" * 32),
            "without exp": lambda: sign({k: v for k, v in payload.items() if k != "exp"}),
            "exp is text": lambda: sign(payload | {"exp": "soon"}),
            "not yet valid (nbf)": lambda: sign(payload | {"nbf": 9999999999}),
            "issued in the future (iat)": lambda: sign(payload | {"iat": 9999999999}),
            "signed with another key": lambda: sign(payload, "x" * 32),
            "payload changed, old signature": lambda: f"{head}.{body[:-4]}AAAA.{signature}",
            "signature cut off": lambda: f"{head}.{body}.",
            "alg none": lambda: sign(payload, None, "none"),
            "alg HS512, right key": lambda: sign(payload, algorithm="HS512"),
            "payload is a list": lambda: jwt.api_jws.encode(b"[1]", settings.SECRET_KEY, "HS256"),
            "no user in the payload": lambda: sign(
                {"exp": payload["exp"]} | ({k: payload[k] for k in ("jti", "token_type", "iat")} if other else {})
            ),
            "unknown user": lambda: sign(payload | {"username": letters(), "user_id": str(uuid.uuid4())}),
            "user_id is not a UUID": lambda: sign(payload | {"user_id": "7"}),
            "without token_type": lambda: sign({k: v for k, v in payload.items() if k != "token_type"}),
            "without jti": lambda: sign({k: v for k, v in payload.items() if k != "jti"}),
        }.get(case, lambda: token)()

    def session(self, account):
        cookies = self.post("/core/login/", username=account["name"], password=PASSWORD).cookies()
        return cookies["sessionid"], cookies["csrftoken"]

    def filled(self, text, names, row, account, case):
        def one(match):
            word = match.group(1)
            found = re.fullmatch(r"(name|NAME)(\d+)(?: of (\d+) letters)?", word)
            if found:
                kind, number, length = found.groups()
                name = names.setdefault((number, length), letters(int(length or 10)))
                return name.upper() if kind == "NAME" else name
            if word in names:
                return names[word]
            if word == "jwt":
                return self.jwt(row, account, case)
            times = re.fullmatch(r"(\d+) × (.*)", word)
            return times.group(2) * int(times.group(1)) if times else match.group(0)

        return re.sub(r"<([^<>]*)>", one, text)

    def run(self, row):
        _, endpoint, group, case, _ = row["key"].split(" · ")
        sent, account = row["request"], self.account()
        names = {
            "token": account["token"], "TOKEN": account["token"].upper(), "uuid": account["uuid"],
            "UUID": account["uuid"].upper(), "number": "".join(random.choices("123456789", k=12)),
            "origin": "http://localhost", "int": "0",
        }  # fmt: skip
        from reference.models import User

        user = User.objects.get(uuid=account["uuid"])
        names["int"] = str(user.pk)
        if case in ("unknown token", "with an invalid token", "with an invalid Token header"):
            names["token"] = "0a1b2c3d" * 5
        if case.endswith("unknown UUID"):
            names["UUID"] = names["uuid"] = str(uuid.uuid4())
        names["uuid without dashes"] = names["uuid"].replace("-", "")
        if case.startswith("another user"):
            names["uuid"] = self.account()["uuid"]
        if case in ("lower-case prefix", "two spaces") and endpoint.startswith("PUT/PATCH"):
            User.objects.filter(pk=user.pk).update(first_name="C", last_name="D")
        if endpoint.startswith("GET /user/"):
            self.post("/auth/token/login/", username=account["name"], password=PASSWORD)
        body = sent.get("body", "") + json.dumps(sent.get("form", sent.get("multipart", "")))
        if (
            re.search(r"/(login|obtain_token|api-token-auth)/$", sent["path"])
            and not case.startswith("registered ")
            and case not in ("unknown user", "not an email at all")
        ):
            self.bind(body, ["username", "login", "email"], account, names, case)
        if ": duplicate" in case or case.endswith("equal to another's email"):
            self.bind(body, [case.partition(":")[0]], self.account(), names, case)
        fill = lambda text: self.filled(text, names, row, account, case)
        if case.startswith("registered "):
            email, padded = fill("<name1>@example.com"), "  Spaced-out-1  "
            path, fields = {
                "000": ("/core/signup/", {"username": email, "password_repeat": padded}),
                "001": ("/auth/users/", {"username": email}),
                "002": ("/create_user/", {"email": email}),
                "003": ("/api/user/register/", {"email": email, "full_name": "x"}),
                "004": ("/api/v1/users/", {"username": email}),
            }[row["key"][:3]]
            self.post(path, password=padded, **fields)
        headers = [(name, fill(value)) for name, value in sent.get("headers", {}).items()]
        if "session" in sent:
            session, csrf = self.session(account)
            headers += [("Cookie", f"sessionid={session}; csrftoken={csrf}"), ("Referer", "http://localhost/")]
            if sent["session"] == "X-CSRFToken sent":
                headers += [("X-CSRFToken", csrf)]
        content = self.content(sent, fill, headers)
        if "deleted user" in case:
            user = User.objects.get(pk=user.pk)
        request = Request(sent["method"], fill(sent["path"]), headers, content)
        if "deleted user" in case:
            user.delete()
        elif "inactive user" in case:
            User.objects.filter(pk=user.pk).update(is_active=False)
        return request, self.reference.answer(request), names

    def bind(self, body, fields, account, names, case):
        for field in fields:
            found = re.search(rf'"{field}": *" *<(?:name|NAME)(\d+)>(@?)', body)
            if found:
                names[(found.group(1), None)] = account["mailbox" if found.group(2) else "name"]

    def content(self, sent, fill, headers):
        if "hex" in sent:
            return bytes.fromhex(sent["hex"])
        fields = [
            (name, fill(item if isinstance(item, str) else json.dumps(item)))
            for name, value in sent.get("form", sent.get("multipart", {})).items()
            for item in (value if isinstance(value, list) else [value])
        ]
        if "form" in sent:
            from urllib.parse import urlencode

            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            return urlencode(fields).encode()
        if "multipart" in sent:
            headers.append(("Content-Type", "multipart/form-data; boundary=b"))
            parts = [f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields]
            return ("".join(parts) + "--b--\r\n").encode()
        return fill(sent.get("body", "")).encode("utf-8", "surrogatepass")


def expected_equal(expected, got, names):
    """Whether an answer is the recorded one; names in a template stand for any text."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(expected_equal(expected[k], got[k], names) for k in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(lambda e, g: expected_equal(e, g, names), expected, got))
    if (
        isinstance(expected, str)
        and "<" in expected
        and re.search(r"<(name|NAME|int|uuid|token|jwt|time|number|\d+ ×|origin)", expected)
    ):
        return isinstance(got, (str, int)) and bool(
            re.fullmatch(re.sub(r"<[^>]*>", "[^ ]+", re.sub(r"([.+*?()\[\]])", r"\\\1", expected)), str(got))
        )
    return expected == got


def main():
    reference = Reference(follow_departures=False, scheme="http")
    from django.test import override_settings

    validators = [
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ]  # fmt: skip
    replay, counts = Replay(reference), Counter()
    for file in sorted(ROWS.glob("*.json")):
        for row in json.loads(file.read_text()):
            _, endpoint, group, case, _ = row["key"].split(" · ")
            if group not in GROUPS or "unstable" in row or "media" in endpoint or case in FOLLOWING:
                continue
            departs = "departs" in row
            try:
                with override_settings(AUTH_PASSWORD_VALIDATORS=validators if "validators" in row else []):
                    request, answer, names = replay.run(row)
            except Exception as error:
                if departs:
                    continue
                raise RuntimeError(row["key"]) from error
            if departs:
                continue
            wanted = row["response"]
            want = wanted.get("body", None)
            got = answer.json() if answer.body else None
            equal = (
                answer.status == wanted["status"]
                and (answer.header("Content-Type") or "") == wanted.get("content_type", "")
                and answer.header("WWW-Authenticate") == wanted.get("headers", {}).get("WWW-Authenticate")
                and (request.method == "HEAD" or expected_equal(want or None, got, names))
            )
            counts[equal] += 1
            if not equal:
                print(
                    f"unequal: {row['key']}\n  want {wanted}\n  got  {answer.status} {answer.header('Content-Type')} {answer.header('WWW-Authenticate')} {answer.body[:300]!r}"
                )
    share = counts[True] / counts.total()
    print(f"{counts[True]} of {counts.total()} recorded rows are equal ({share:.1%})")
    return 0 if share >= 0.97 else 1


if __name__ == "__main__":
    sys.exit(main())
