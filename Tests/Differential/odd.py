"""Odd values: texts, emails, JSON written in odd ways, damage to bytes."""

import json

SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"
NEAR_SPACES = "\u180e\u200b\u200c\u200d\u2060\ufeff\u00ad"
ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCXYZ", "0123456789", "@.+-_", "!\"#$%&'()*,/:;<=>?[\\]^`{|}~", SPACES, NEAR_SPACES,
    "\x01\x02\x08\x1b\x7f\x80\x9f", "\x00", "абвгдЁЯ", "שלוםمرحبا", "ﬀﬁ①Ⅷｆ２㍿K", "²½٣५Ⅻ〇一万", "ßıİſΣςΩÅ", "e\u0301\u0327\u0308\u0f71",
    "😀👩\u200d🚀🇩🇪", "\U00010400\U0001d7d8\U00020000\U000e0001", "\ue000\U000f0000\uffff\ufffd\u0378\U0010ffff", "각힣각", "\u202e\u2066",
]  # fmt: skip
LENGTHS = [0, 1, 2, 63, 64, 127, 128, 129, 149, 150, 151, 253, 254, 255, 256, 320, 321, 1000]


def text(rng, core=""):
    """A text; around `core`, which makes it new, where one is given."""
    kind = rng.random()
    alphabet = rng.choice(ALPHABETS)
    if kind < 0.35:
        made = core + "".join(rng.choices(alphabet, k=rng.randint(0, 4)))
    elif kind < 0.55:
        pads = SPACES if rng.random() < 0.8 else NEAR_SPACES
        made = "".join(rng.choices(pads, k=rng.randint(0, 3))) + core + "".join(rng.choices(pads, k=rng.randint(0, 3)))
    elif kind < 0.75:
        length = rng.choice(LENGTHS)
        made = core + "".join(rng.choices(alphabet, k=max(0, length - len(core))))
    else:
        made = core + "".join(rng.choice(rng.choice(ALPHABETS)) for _ in range(rng.randint(1, 8)))
    return made


def email(rng, core):
    label = lambda: "".join(
        rng.choices(
            rng.choice(["abc", "abc-", "x1", "пример", "é\u0301", "ＡＢ", "\U00010400", "a_"]),
            k=rng.choice([1, 2, 3, 5, 62, 63, 64]),
        )
    )
    local = rng.choice([
        core, core.upper(), f"{core}+tag", f'"{core}"', f'"{core} x"', f'"{core}\\""', f"{core}.", f".{core}", f"{core}..x",
        core + "".join(rng.choices("!#$%&'*+/=?^_`{|}~-", k=3)), core + rng.choice("ıİſKéя😀\x00\x7f\t "), core * 20, f"{core}@x", "",
    ])  # fmt: skip
    domain = rng.choice([
        "example.com", "EXAMPLE.com", "localhost", "LOCALHOST", "[127.0.0.1]", "[::1]", "[::ffff:1.2.3.4]", "[256.1.1.1]",
        "[1.2.3]", "[01.2.3.4]", "[fe80::1%eth0]", "[]", "xn--e1afmkfd.xn--p1ai", "пример.рф", "a.b", "a.xn--", "x.c1", "x.co-", "",
        "-a.com", "a-.com", "a..com", ".com", "com", "a.com.", ".".join([label(), label()]), ".".join([label(), label(), "ru"]),
        f"{label()}.{label()}ab", "example.com\n", "exam\u3002ple.com", "ΣΑΣ.gr", "İ.com",
    ])  # fmt: skip
    pad = lambda: rng.choice(["", "", "", "", " ", "\t", "\xa0", "\x1f", "\u200b"])
    return f"{pad()}{local}{rng.choice(['@'] * 12 + ['', '＠', '@@'])}{domain}{pad()}"


NUMBERS = [
    "0", "-0", "1", "-1", "1.0", "-0.0", "1e5", "1E5", "1e+5", "1e-7", "1e16", "1e15", "1e22", "123456789.123456789", "0.1", "1.10",
    "5e-324", "1.7976931348623157e308", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" * 40,
    "12345678901234567890.5", "0.00001", "0.0001", "100000000000000000000.0", "2147483647", "2147483648", "1e2", "3.0", "2.5",
]  # fmt: skip
WRONG_NUMBERS = [
    "01", "+1", ".5", "1.", "1e", "1e+", "-", "--1", "0x1", "1_000", "NaN", "Infinity", "-Infinity", "nan", "١", "1" * 4301, "-a",
    "True", "None", "undefined", "nul", "tru", "falsey", "-Infinit", "0.", "1.e1", "00", "-01",
]  # fmt: skip


def quoted(rng, value):
    """A text as JSON, in one of many notations."""
    style = rng.random()
    if style < 0.4:
        return json.dumps(value, ensure_ascii=False)
    if style < 0.7:
        return json.dumps(value)
    out = []
    for character in value:
        if rng.random() < 0.3 and ord(character) < 0x10000:
            out.append(f"\\u{ord(character):04{rng.choice('xX')}}")
        elif character == "/" and rng.random() < 0.5:
            out.append("\\/")
        else:
            out.append(json.dumps(character, ensure_ascii=False)[1:-1])
    return '"' + "".join(out) + '"'


SURROGATES = [
    '"\\ud800"',
    '"a\\udfffb"',
    '"\\ud83d\\ude00"',
    '"\\ude00\\ud83d"',
    '"\\ud800\\ud800\\udc00"',
    '"x\\uDBFFy\\ud800"',
    '"\\ud83dx\\ude00"',
]
ESCAPES = [
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\"',
    '"a\nb"',
    '"\t"',
    '"\x1f"',
    '"\\u 123"',
    '"\\u+123"',
    '"\\ud83d\\u"',
    '"\\u0x12"',
    '"\\u00_1"',
    "'a'",
    '"\\\'"',
]


def other(rng, depth=0):
    """A JSON value of a type that no field is."""
    kind = rng.random()
    if kind < 0.3 or depth > 3:
        return rng.choice(NUMBERS)
    if kind < 0.5:
        return rng.choice(["true", "false", "null"])
    if kind < 0.6:
        return rng.choice(SURROGATES)
    inner = [other(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    if kind < 0.8:
        return "[" + ", ".join(inner) + "]"
    return "{" + ", ".join(f'"{rng.choice("abc1")}": {item}' for item in inner) + "}"


def damaged(rng, body):
    """Bytes with one thing wrong."""
    place = rng.randint(0, len(body))
    kind = rng.randint(0, 6)
    if kind == 0:
        return body[:place]
    if kind == 1:
        return body[:place] + body[place + 1 :]
    if kind == 2:
        return body[:place] + bytes([rng.randint(0, 255)]) + body[place:]
    if kind == 3:
        return (
            body[:place]
            + rng.choice([b",", b":", b'"', b"{", b"}", b"[", b"]", b"\\", b"\n", b"\r", b" ", b"\x00", b"'", b"/**/"])
            + body[place:]
        )
    if kind == 4:
        bad = [
            b"\xff",
            b"\xc3",
            b"\xe2\x82",
            b"\xf0\x9f\x98",
            b"\xed\xa0\x80",
            b"\xc0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf8\x88\x80\x80\x80",
            b"\x80",
            b"\xef\xbb\xbf",
            b"\xe2\x28\xa1",
            b"\xf0\x80\x80\x80",
        ]
        return body[:place] + rng.choice(bad) + body[place:]
    if kind == 5:
        return rng.choice([b"\xef\xbb\xbf", b"\xff\xfe", b" ", b"\n\n ", b"\x0b", b"\xc2\xa0"]) + body
    return body + rng.choice([b" ", b"\n", b"x", b"{}", b",", b"\x00", b"\xc2\xa0", b"\xff"])
