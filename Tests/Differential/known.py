"""Where accountd answers otherwise on purpose: each a name, a reason, and a test of request, reference's and own answer."""

import re


def is_json(answer):
    return not answer.body or answer.header("Content-Type") == "application/json"


def html_instead(request, theirs, ours):
    """The library gave HTML where accountd gives JSON of the same status."""
    return (theirs.header("Content-Type") or "").startswith("text/html") and is_json(ours) and theirs.status == ours.status


def crash(request, theirs, ours):
    """The library crashed; accountd refuses."""
    return theirs.status == 500 and 400 <= ours.status < 500 and is_json(ours)


def not_finite(request, theirs, ours):
    return ours.status == 400 and b"not JSON compliant" in ours.body and re.search(rb"[\d.]e\+?\d{3}", request.body, re.I)


DIFFERENCES = [
    ("html", "departure h: HTML is never given", html_instead),
    ("crash", "departures f and h: the library's own crash is not copied", crash),
    ("infinite", "departure g: a JSON number that is not finite is a parse error", not_finite),
]


def reason(request, theirs, ours):
    for name, _, test in DIFFERENCES:
        if test(request, theirs, ours):
            return name
    return None
