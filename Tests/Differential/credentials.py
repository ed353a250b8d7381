"""How a random request proves who sends it: good credentials, odd ones, forged ones, none."""

import base64

SCHEMES = {"token": ("Token", "{{token}}"), "jwt": ("JWT", "{{jwt}}"), "access": ("JWT", "{{access}}")}


def headers(rng, kind):
    optional = kind.endswith("?")
    kind = kind.rstrip("?")
    if kind == "cookie":
        return cookies(rng, optional)
    chance = rng.random()
    if optional and chance < 0.85 or chance < 0.04:
        return []
    scheme, token = SCHEMES[kind]
    if not optional and chance < 0.8:
        return [("Authorization", f"{scheme} {token}")]
    return [("Authorization", authorization(rng, scheme, token))]


def authorization(rng, scheme, token):
    garbage = rng.choice(
        [
            "abc",
            "a.b.c",
            "..",
            "...",
            ".",
            "0" * 40,
            "é",
            "þÿ.a.b",
            "=",
            "a.b",
            "{{token}}x",
            forged(rng),
            forged(rng),
            forged(rng),
        ]
    )
    return rng.choice([
        scheme, f"{scheme} ", f"{scheme} {token} x", f"{scheme}  {token}", f"{scheme}\t{token}", f" {scheme} {token} ", f"{scheme} {garbage}",
        f"{scheme} {garbage}", f"{scheme} {garbage}", f"{scheme} {garbage}", f"{scheme.lower()} {token}", f"{scheme.upper()} {token}", f"{scheme.title()} {token}",
        f"Bearer {token}", token, "", "Basic dTpw", f"{scheme}:{token}", f"{scheme},{token}", f"{scheme}={token}", f'{scheme} "{token}"',
        f"{scheme} {token},", f"{scheme} {token}, {scheme} {token}", f"{scheme}\xa0{token}", f"{scheme}é {token}", f"Token {token}", f"JWT {token}",
        "Token {{token}}", "JWT {{jwt}}", "JWT {{access}}", "JWT {{refresh}}", f"{scheme} {token[:-1]}", f"{scheme} {token}\x0b",
        f"{scheme}\x0c{token}", f"{scheme} {token}\x85", f"{scheme} {token}=", f"{scheme} {token}.", f"{scheme} {token}A",
    ])  # fmt: skip


def forged(rng):
    """A signed token that nobody signed."""
    header = rng.choice([
        '{"alg":"HS256","typ":"JWT"}', '{"alg":"none"}', '{"alg":"HS512"}', '{"alg":"RS256"}', "{}", "[]", '"x"', "{", "", "null",
        '{"alg":null}', '{"alg":1}', '{"alg":"HS256","kid":1}', '{"alg":"HS256","crit":["exp"]}', '{"alg":"HS256","b64":false}', '{"alg":"hs256"}',
    ])  # fmt: skip
    payload = rng.choice(
        [
            '{"user_id":1}',
            "{}",
            "[]",
            "x",
            "",
            "null",
            '{"username":"a","exp":1}',
            '{"exp":"x"}',
            '{"sub":1}',
            "\xff",
        ]
    )
    encode = lambda text: base64.urlsafe_b64encode(text.encode("latin-1")).decode().rstrip("=")
    signature = rng.choice(["", "AAAA", "A", "A" * 43, "é", "A" * 43 + "=", "!!!!", "A" * 86])
    return rng.choice(
        [f"{encode(header)}.{encode(payload)}.{signature}"] * 6
        + [
            f"{encode(header)}.{encode(payload)}",
            f"{encode(header)}.{encode(payload)}.{signature}.x",
            encode(header),
        ]
    )


def cookies(rng, optional):
    chance = rng.random()
    if optional and chance < 0.8 or chance < 0.04:
        return []
    cookie, token = "sessionid={{session}}; csrftoken={{csrf}}", "{{csrf}}"
    headers = [("Referer", "{{origin}}/")]
    if chance > 0.85:
        cookie = rng.choice([
            "sessionid={{session}}", "csrftoken={{csrf}}", "sessionid=zzz; csrftoken={{csrf}}", "sessionid={{session}}; csrftoken=a",
            "sessionid={{session}}; csrftoken=" + "a" * 32, "sessionid={{session}}; csrftoken=" + "!" * 32, "sessionid={{session}}; csrftoken=",
            "csrftoken={{csrf}};sessionid={{session}}", 'sessionid="{{session}}"; csrftoken={{csrf}}', "sessionid={{session}}; csrftoken={{csrf}}; csrftoken=x",
            "csrftoken=x; sessionid={{session}}; csrftoken={{csrf}}", "sessionid=; csrftoken={{csrf}}", "garbage", "SESSIONID={{session}}; csrftoken={{csrf}}",
            "sessionid={{session}}; csrftoken=" + "a" * 64, " sessionid = {{session}} ;csrftoken={{csrf}}",
        ])  # fmt: skip
    elif chance > 0.7:
        token = rng.choice(
            [
                None,
                "",
                "a",
                "a" * 32,
                "a" * 64,
                "!" * 32,
                "!" * 64,
                "{{csrf}}a",
                " {{csrf}} ",
                "é" * 32,
                "a" * 63,
                "A" * 31,
            ]
        )
    elif chance > 0.6:
        headers = rng.choice([
            [], [("Referer", "")], [("Referer", "http://{{host}}/")], [("Referer", "https://evil.example/x")], [("Referer", "garbage")], [("Referer", "//x")],
            [("Origin", "{{origin}}")], [("Origin", "null")], [("Origin", "https://evil.example")], [("Origin", "{{origin}}/")], [("Origin", "")],
            [("Referer", "https://localhost/")], [("Referer", "https://[")], [("Referer", "https://{{host}}")], [("Referer", "https://{{host}}:99999/")],
            [("Origin", "{{origin}}"), ("Referer", "https://evil.example/")], [("Origin", "http://{{host}}")], [("Referer", "https://{{host}}@evil.example/")],
        ])  # fmt: skip
    headers = [("Cookie", cookie)] + headers
    return headers + ([("X-CSRFToken", token)] if token is not None else [])
