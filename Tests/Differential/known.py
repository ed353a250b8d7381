"""Where accountd answers otherwise on purpose: each a name, a reason, and a test of request, reference's and own answer."""

import base64
import json
import re


def is_json(answer):
    return not answer.body or answer.header("Content-Type") == "application/json"


def html_instead(request, theirs, ours):
    """The library gave HTML where accountd gives JSON of the same status."""
    return (
        (theirs.header("Content-Type") or "").startswith("text/html") and is_json(ours) and theirs.status == ours.status
    )


def crash(request, theirs, ours):
    """The library crashed; accountd refuses, or answers HEAD and OPTIONS."""
    if theirs.status != 500 or not is_json(ours):
        return False
    return 400 <= ours.status < 500 or request.method in ("HEAD", "OPTIONS") and ours.status == 200


def not_finite(request, theirs, ours):
    return (
        ours.status == 400 and b"not JSON compliant" in ours.body and re.search(rb"[\d.]e\+?\d{3}", request.body, re.I)
    )


def broken_multipart(request, theirs, ours):
    """Django takes what it finds in a form that is cut off or damaged; accountd refuses it."""
    return b"Malformed multipart body" in ours.body and theirs.status != 500


def delimiter(request, theirs, ours):
    """Django finds a delimiter in the middle of a line, and a part before the first; accountd goes by RFC 2046."""
    kind = next((value for name, value in request.headers if name == "Content-Type"), "")
    boundary = re.search(r'boundary="?([^"]*)', kind)
    if not boundary:
        return False
    delimiter = re.escape(b"--" + boundary.group(1).encode())
    return bool(
        re.search(rb"(?<!\r\n)(?<!^)" + delimiter, request.body) or not re.match(delimiter + rb"\r\n", request.body)
    )


def normalised_name(request, theirs, ours):
    """Django looks at a username as typed; accountd also at its form NFKC, which is what is kept."""
    mine, other = ours.json(), theirs.json()
    if (
        ours.status != 400
        or "username" not in (mine or {})
        or request.body.isascii()
        and b"\\u" not in request.body
        and b"%" not in request.body
    ):
        return False
    return theirs.status < 300 or {**mine, "username": 0} == {**other, "username": 0}


def charset(request, theirs, ours):
    """Django decodes a body by the charset its type names; in accountd every body is UTF-8 (RFC 8259, section 8.1)."""
    kind = next((value for name, value in request.headers if name == "Content-Type"), "")
    return re.search(r"charset=\"?(latin-1|utf-16|us-ascii)", kind)


def odd_token(request, theirs, ours):
    """The header of a signed token may only have alg and typ, both texts: another text of the same 401."""
    value = next((value for name, value in request.headers if name == "Authorization"), "").partition(" ")[2].strip()
    try:
        header = json.loads(base64.urlsafe_b64decode(value.partition(".")[0] + "=="))
    except ValueError:
        return False
    return theirs.status == ours.status == 401 and not (
        header.keys() <= {"alg", "typ"} and all(isinstance(item, str) for item in header.values())
    )


def padded_token(request, theirs, ours):
    """PyJWT takes a signed token with padding after it; in accountd a token has one form."""
    return ours.status == 401 and any(
        name == "Authorization" and value.endswith("=") for name, value in request.headers
    )


def line_feeds(request, theirs, ours):
    """Django finds no part in a form whose lines end with LF; accountd reads it."""
    ends = rb"(?<!\r)\n[^\n]*(form-data|Content-)|\n\n"
    return b"form-data; name=" in request.body and re.search(ends, request.body)


def check_first(request, theirs, ours):
    """Django looks for the CSRF token in a POSTed body first, so the body's fault is told before the token's."""
    if request.method != "POST" or not any(name == "Cookie" for name, _ in request.headers):
        return False
    if theirs.status in (400, 415):
        return b"CSRF Failed" in ours.body or ours.status == 405
    return b"CSRF Failed" in ours.body and b"csrfmiddlewaretoken" in request.body


def api_format(request, theirs, ours):
    """The browsable API shows its page in place of an empty answer."""
    return theirs.status == 200 and (theirs.header("Content-Type") or "").startswith("text/html") and ours.status == 204


DIFFERENCES = [
    ("html", "departure h: HTML is never given", html_instead),
    ("page", "departure h: no page in place of an empty answer", api_format),
    ("crash", "departures f and h: the library's own crash is not copied", crash),
    ("infinite", "departure g: a JSON number that is not finite is a parse error", not_finite),
    ("broken form", "a damaged multipart body is refused, not read as far as it goes", broken_multipart),
    ("delimiter", "a multipart delimiter is a line of its own", delimiter),
    ("name", "a username whose form NFKC is no username is refused", normalised_name),
    ("charset", "every body is UTF-8, whatever charset its type names", charset),
    ("odd token", "the header of a signed token with members that are not understood is malformed", odd_token),
    ("padded token", "a signed token with padding after it is refused", padded_token),
    ("line feeds", "multipart lines may end with LF alone", line_feeds),
    (
        "check first",
        "the CSRF check comes before the body is read, and takes its token from the header only",
        check_first,
    ),
]


def reason(request, theirs, ours):
    for name, _, test in DIFFERENCES:
        if test(request, theirs, ours):
            return name
    return None
