"""Requests to send to both sides. Credentials, ids and tokens stand in them as {{placeholders}}, which each side fills."""

import random
from urllib.parse import quote_from_bytes

import credentials
import odd
from exchange import Request

PASSWORD = "Corr3ct-horse"
PROFILE = {"username": "username", "email": "email", "first_name": "name", "last_name": "name"}

# Path, its methods, the credential that its dialect takes, the fields that it reads.
ENDPOINTS = [
    ("/core/signup/", ["POST"], "cookie?", PROFILE | {"password": "password", "password_repeat": "password"}),
    ("/core/login/", ["POST"], "cookie?", {"username": "login", "password": "secret"}),
    ("/core/profile/", ["GET", "PUT", "PATCH", "PUT", "PATCH", "DELETE"], "cookie", PROFILE),
    ("/core/update_password/", ["PUT", "PATCH"], "cookie", {"old_password": "secret", "new_password": "password"}),
    ("/auth/users/", ["POST", "POST", "POST", "GET"], "token?", {"username": "username", "password": "password", "email": "email", "towns": "ids"}),
    ("/auth/users/me/", ["GET", "PUT", "PATCH", "DELETE"], "token", {"email": "email", "username": "name", "current_password": "secret"}),
    ("/auth/users/set_password/", ["POST"], "token", {"current_password": "secret", "new_password": "password"}),
    ("/auth/users/{{number}}/", ["GET"], "token", {}),
    ("/auth/token/login/", ["POST"], "token?", {"username": "login", "password": "secret"}),
    ("/auth/token/logout/", ["POST"], "token", {}),
    ("/user/{{number}}/", ["GET"], "token", {}),
    ("/create_user/", ["POST"], "jwt?", {"email": "email", "password": "password"}),
    ("/obtain_token/", ["POST"], "jwt?", {"login": "login", "password": "secret"}),
    ("/update_profile/", ["PUT"], "jwt", {"first_name": "name", "last_name": "name", "patronymic": "name", "avatar": "file"}),
    ("/get_profile/", ["GET"], "jwt", {}),
    ("/api/user/register/", ["POST"], "access?", {"email": "email", "full_name": "name", "profile_pic": "file", "password": "password"}),
    ("/api/user/login/", ["POST"], "access?", {"email": "login", "password": "secret"}),
    ("/api/user/me/", ["GET"], "access", {}),
    ("/api/user/update/", ["PUT", "PATCH"], "access", {"email": "email", "full_name": "name", "profile_pic": "file", "password": "password"}),
    ("/api/user/refresh/", ["POST"], "access?", {"refresh": "refresh"}),
    ("/api/v1/users/", ["POST"], "token?", PROFILE | {"password": "password"}),
    ("/api/v1/users/{{account}}/", ["GET", "PUT", "PATCH"], "token", {"first_name": "name", "last_name": "name", "email": "email"}),
    ("/api-token-auth/", ["POST"], "token?", {"username": "login", "password": "secret"}),
]  # fmt: skip


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.made = 0

    def core(self):
        self.made += 1
        return "n" + "".join(self.rng.choices("abcdefghijklmnopqrstuvwxyz", k=9))

    def request(self, account, other):
        """A request by an account, perhaps about another one: dictionaries of what both sides know of them."""
        rng = self.rng
        self.account, self.other = account, other
        path, methods, credential, fields = rng.choice(ENDPOINTS)
        method = rng.choice(methods)
        if rng.random() < 0.05:
            method = rng.choice(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "HEAD"])
        headers = credentials.headers(self.rng, credential)
        body = b""
        if fields and method not in ("GET", "HEAD") or rng.random() < 0.04:
            kind, body = self.body(fields)
            headers += [("Content-Type", kind)] if kind is not None else []
        if rng.random() < 0.12:
            headers.append(("Accept", self.accept()))
        return Request(method, self.path(path) + self.query(), headers, body)

    def path(self, path):
        rng = self.rng
        number = ["{{id}}"] * 6 + [
            "{{other_id}}",
            "0",
            "999999999",
            "00{{id}}",
            "9" * 19,
            "9" * 40,
            "abc",
            "-1",
            "%D9%A3",
            "1%2E5",
        ]
        account = ["{{uuid}}"] * 8 + ["{{other_uuid}}"] * 3 + [
            "{{UUID}}", "6d5f9bae-a31b-4b7b-82c4-3853eda2b011", "{{plain_uuid}}", "urn:uuid:{{uuid}}", "%7B{{uuid}}%7D", "abc", "1", "-",
        ]  # fmt: skip
        return path.replace("{{number}}", rng.choice(number)).replace("{{account}}", rng.choice(account))

    def query(self):
        if self.rng.random() > 0.04:
            return ""
        return self.rng.choice(
            [
                "?",
                "?x=1",
                "?format=json",
                "?format=xml",
                "?format=",
                "?format=JSON",
                "?format=json&format=xml",
                "?format=xml&format=json",
                "?username=a",
                "?%66ormat=xml",
                "?format=+json",
            ]
        )

    def accept(self):
        return self.rng.choice([
            "*/*", "application/json", "application/*", "application/xml", "text/html", "text/html,application/json", "application/json;q=0",
            "application/json; indent=4", "application/xml, */*;q=0.1", "", "garbage", "*", "application/json;version=1", "text/*", "text/plain",
            "APPLICATION/JSON", "application/json,", ",", "application/vnd.api+json", "application/json; q=\"x", "text/html;q=0.1, application/json;q=0.9",
            "application / json", "/", "*/json", "multipart/form-data",
        ])  # fmt: skip

    def body(self, fields):
        """A content type and bytes."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.6:
            return self.json(fields)
        if kind < 0.8:
            return self.form(fields)
        if kind < 0.95:
            return self.multipart(fields)
        kinds = [
            "text/plain",
            "application/xml",
            "",
            None,
            "json",
            "application",
            "application/jsonp",
            "*/*",
            "application/*",
            "application/json, text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=b",
            "text/json",
            "application/octet-stream",
            ";",
            "é/x",
            "application/json/x",
        ]
        return rng.choice(kinds), rng.choice([b"", b"x", b"{}", self.json(fields)[1]])

    def json(self, fields):
        rng = self.rng
        kind = rng.choice(
            ["application/json"] * 20
            + [
                "application/json; charset=utf-8",
                "APPLICATION/JSON",
                "application/json;charset=UTF-8",
                " application/json ",
                "application/json;",
                "application/json; x",
                "application/json ; a=b",
                "application/json; charset=latin-1",
                "application/json; charset=utf-16",
                "application/json; charset=nonsense",
                "application/json; charset=us-ascii",
                'application/json; charset="utf-8"',
            ]
        )
        if rng.random() < 0.06:
            return kind, rng.choice([
                b"", b"[]", b"null", b'"x"', b"1", b"true", b"{}", b"[{}]", b" ", b"\n", b"1.5", b"-", b"{", b"[", b'"', b"{}{}", b"{} {}", b"nul", b"\x00", b"{'a':1}",
                b'{"a"}', b'{"a":}', b'{"a":1,}', b"[1,]", b'{,}', b"[,]", b'{"a" 1}', b'{1:2}', b'{"a":1 "b":2}', b"[1 2]", b"\xef\xbb\xbf{}", b"{}\x00", b'{"a":1}}',
            ] + [number.encode() for number in odd.WRONG_NUMBERS])  # fmt: skip
        pairs = []
        for name, what in fields.items():
            if rng.random() < 0.06:
                continue
            chance = rng.random()
            if chance < 0.1:
                value = odd.other(rng)
            elif chance < 0.12:
                value = rng.choice(odd.WRONG_NUMBERS + odd.ESCAPES)
            elif chance < 0.14:
                value = rng.choice(odd.SURROGATES)
            elif what == "ids":
                value = self.ids()
            elif what == "file":
                value = rng.choice(["null", '""', '"x"', "1", "[]", "{}", "true"])
            else:
                value = odd.quoted(rng, self.value(what))
            pairs.append((odd.quoted(rng, name), value))
        if rng.random() < 0.08:
            pairs.append(
                (
                    rng.choice(['"nonsense"', '"is_staff"', '"id"', '""', '"uuid"', '"password"', '"towns"']),
                    odd.other(rng),
                )
            )
        if pairs and rng.random() < 0.05:
            pairs.append((rng.choice(pairs)[0], odd.other(rng)))
        rng.shuffle(pairs)
        space = lambda: rng.choice(["", "", "", " ", "\n", "\r\n\t"])
        text = "{" + ",".join(f"{space()}{name}{space()}:{space()}{value}{space()}" for name, value in pairs) + "}"
        body = text.encode("utf-8", "surrogatepass")
        if "{{" not in text and rng.random() < 0.12:
            body = odd.damaged(rng, body)
        return kind, body

    def ids(self):
        rng = self.rng
        item = lambda: rng.choice(
            odd.NUMBERS
            + [
                "null",
                "true",
                '"1"',
                '"x"',
                '""',
                '" 2 "',
                '"1.5"',
                '"+3"',
                '"-1"',
                '"1_0"',
                '"٣"',
                '"0x1"',
                "[]",
                "{}",
                "[1]",
                '"\\ud800"',
                "7",
                "8",
                "9",
            ]
        )
        good = lambda: str(rng.randint(1, 50))
        if rng.random() < 0.4:
            return "[" + ",".join(good() for _ in range(rng.randint(0, 5))) + "]"
        return rng.choice(
            ["null", "1", '"1"', "{}", '{"1": 2}', "[]", "true", '""']
            + ["[" + ",".join(rng.choice([item, good])() for _ in range(rng.randint(1, 4))) + "]"] * 12
        )

    def value(self, what):
        """The text of a field, mostly a good one."""
        rng = self.rng
        good = rng.random() < 0.55
        if what == "refresh":
            return (
                "{{refresh}}"
                if good
                else rng.choice(
                    [
                        "{{access}}",
                        "{{jwt}}",
                        " {{refresh}} ",
                        "{{refresh}}x",
                        credentials.forged(rng),
                        "abc",
                        "a.b.c",
                        odd.text(rng),
                    ]
                )
            )
        if what == "login":
            return (
                rng.choice([self.account["username"], self.account["email"]])
                if good
                else rng.choice(
                    [
                        self.account["username"].upper(),
                        f" {self.account['username']} ",
                        odd.text(rng),
                        odd.text(rng, self.account["username"]),
                    ]
                )
            )
        if what == "secret":
            return PASSWORD if good else rng.choice([f" {PASSWORD} ", odd.text(rng), odd.text(rng, PASSWORD)])
        if what == "password":
            return PASSWORD if good else odd.text(rng, rng.choice(["", PASSWORD]))
        if what == "name":
            return rng.choice(["Иван", "Richard", "x"]) if good else odd.text(rng, rng.choice(["", "x"]))
        core = self.core()
        if rng.random() < 0.06:
            taken = [self.other["username"], self.other["email"], self.account["username"], self.account["email"]]
            return rng.choice([str, str.upper, str.title, lambda t: f" {t} "])(rng.choice(taken))
        if what == "username":
            return core if good else odd.text(rng, core)
        return (
            f"{core}@example.com"
            if good
            else rng.choice([odd.email(rng, core), odd.text(rng, core), odd.text(rng, f"{core}@example.com"), ""])
        )

    def items(self, fields):
        """Names and texts of a form."""
        rng = self.rng
        items = []
        for name, what in fields.items():
            if what == "ids":
                items += [
                    (name, rng.choice([str(rng.randint(1, 9))] * 3 + ["x", "", " 1 ", "-1", "1.0", "٣"]))
                    for _ in range(rng.randint(0, 3))
                ]
            elif what == "file":
                items += [(name, rng.choice(["", "x"]))] if rng.random() < 0.3 else []
            elif rng.random() > 0.08:
                items.append((name, rng.choice([self.value(what)] * 12 + ["", " ", "null", "[]"])))
        if items and rng.random() < 0.06:
            items.append((rng.choice(items)[0], self.core()))
        if rng.random() < 0.06:
            items.append((rng.choice(["nonsense", "", "is_staff", "csrfmiddlewaretoken"]), "x"))
        rng.shuffle(items)
        return items

    def form(self, fields):
        rng = self.rng
        kind = rng.choice(
            ["application/x-www-form-urlencoded"] * 10
            + [
                "application/x-www-form-urlencoded; charset=utf-8",
                "application/x-www-form-urlencoded; charset=latin-1",
                "Application/X-WWW-Form-URLEncoded",
            ]
        )

        def encoded(text):
            raw = text.encode("utf-8", "surrogatepass")
            if "{{" in text:
                return raw
            return (
                quote_from_bytes(raw, safe=rng.choice(["", "@", "@+/:,;!*'"]))
                .replace("%20", rng.choice(["+", "%20"]))
                .encode()
                if rng.random() < 0.9
                else raw.replace(b"&", b"%26").replace(b"%", b"%25")
            )

        body = b"&".join(encoded(name) + b"=" + encoded(value) for name, value in self.items(fields))
        if b"{{" not in body and rng.random() < 0.15:
            body = rng.choice(
                [
                    body + b"&",
                    b"&" + body,
                    body.replace(b"=", b"", 1),
                    body + b"%",
                    body + b"%zz",
                    body + b"%ff",
                    body + b"&a;b",
                    body.replace(b"&", b";"),
                    body + b"&=",
                    body + b"&x",
                    body + b"\n",
                    b"%EF%BB%BF" + body,
                    body + b"%00",
                    odd.damaged(rng, body),
                ]
            )
        return kind, body

    def multipart(self, fields):
        rng = self.rng
        boundary = rng.choice(["b", "----WebKitFormBoundaryAbC", "a b", "x" * 70, "x" * 200, "'()+_,-./:=?"])
        kind = (
            f'multipart/form-data; boundary="{boundary}"'
            if rng.random() < 0.5 or set(boundary) & set(" ()<>@,;:/[]?=")
            else f"multipart/form-data; boundary={boundary}"
        )
        body = b""
        for name, value in self.items(fields):
            quoted_name = rng.choice([f'"{name}"'] * 10 + [name or '""', f'"{name}"; x=y'])
            filename = '; filename="f.txt"' if rng.random() < 0.04 and fields.get(name) != "file" else ""
            extra = rng.choice(
                [""] * 10
                + ["Content-Type: text/plain\r\n", "Content-Type: text/plain; charset=utf-8\r\n", "X-Other: 1\r\n"]
            )
            head = rng.choice(["Content-Disposition"] * 8 + ["content-disposition"])
            body += (
                f"--{boundary}\r\n{head}: form-data; name={quoted_name}{filename}\r\n{extra}\r\n".encode()
                + value.encode("utf-8", "surrogatepass")
                + b"\r\n"
            )
        body += f"--{boundary}--\r\n".encode()
        if b"{{" not in body and rng.random() < 0.12:
            body = rng.choice(
                [
                    b"preamble\r\n" + body,
                    body + b"epilogue",
                    body[: -len(boundary) - 6],
                    body.replace(b"\r\n", b"\n"),
                    body.replace(b"form-data", b"attachment", 1),
                    b"",
                    b"\r\n" + body,
                    odd.damaged(rng, body),
                    odd.damaged(rng, body),
                ]
            )
        return kind, body
