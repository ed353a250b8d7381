#!/usr/bin/env python3
"""Writes django_hashes.json beside this file: hashes that Django's own hashers made of a handful of passwords, and which of
those passwords Django itself takes for each. Run it by hand when there is a new hasher; it installs the two versions of
Django into virtual environments of its own, since what the older one reads was dropped from the newer."""
import json
import pathlib
import subprocess
import sys
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve()
ENVIRONMENTS = [
    ["Django==5.2.19", "argon2-cffi==25.1.0", "bcrypt==4.3.0"],
    # The last line of versions that reads unsalted hashes and SHA-1.
    ["Django==4.2.30", "argon2-cffi==25.1.0", "bcrypt==4.3.0"],
]
PASSWORDS = [
    "correct horse", "wrong horse", "", "пароль ✓ 😀", "nul\0in the middle", "nul", "\0", "x" * 71, "x" * 72, "x" * 72 + "y",
    "x" * 72 + "z", "x" * 71 + "é", "x" * 71 + "è", "correct horse ", "Correct horse",
]
# Those that hashes are made of.
MADE_OF = [0, 2, 3, 4, 5, 9, 11]


def hashes():
    """Hashes by the Django that is installed here: label, hash, and the password that it was made of."""
    import django
    from django.conf import settings

    names = "PBKDF2PasswordHasher PBKDF2SHA1PasswordHasher Argon2PasswordHasher BCryptSHA256PasswordHasher " \
        "BCryptPasswordHasher ScryptPasswordHasher MD5PasswordHasher"
    if django.VERSION < (5, 1):
        names = "SHA1PasswordHasher MD5PasswordHasher UnsaltedSHA1PasswordHasher UnsaltedMD5PasswordHasher"
    settings.configure(PASSWORD_HASHERS=["django.contrib.auth.hashers." + name for name in names.split()])
    from django.contrib.auth import hashers

    def made(algorithm, password, salt):
        hasher = hashers.get_hasher(algorithm)
        if algorithm.startswith("pbkdf2"):
            return [hasher.encode(password, salt, iterations=1000)]
        if algorithm == "argon2":
            hasher.time_cost, hasher.memory_cost = 2, 64
            return [hasher.encode(password, salt)]
        if algorithm == "scrypt":
            return [hasher.encode(password, salt, n=64, r=8, p=5)]
        if algorithm.startswith("bcrypt"):
            return [hasher.encode(password, f"${version}$04${salt}".encode()) for version in ("2b", "2a", "2y")]
        if algorithm == "unsalted_md5":
            digest = hasher.encode(password, "")
            return [digest, "md5$$" + digest]
        return [hasher.encode(password, "" if algorithm.startswith("unsalted") else salt)]

    salts = ["saltsaltsaltsaltsalts%d" % number for number in range(len(PASSWORDS))]
    for hasher in hashers.get_hashers():
        for number in MADE_OF:
            # bcrypt's last character of salt has two bits only.
            salt = salts[number][:21] + "u" if hasher.algorithm.startswith("bcrypt") else salts[number]
            for encoded in made(hasher.algorithm, PASSWORDS[number], salt):
                yield hasher.algorithm, encoded, number
    # As Django makes them by default, at full cost.
    if django.VERSION >= (5, 1):
        for hasher in hashers.get_hashers():
            salt = b"$2b$12$saltsaltsaltsaltsaltsu" if hasher.algorithm.startswith("bcrypt") else "saltsaltsaltsaltsaltsu"
            yield hasher.algorithm + " by default", hasher.encode(PASSWORDS[0], salt), 0
    # A salt outside ASCII, and one of one character.
    if django.VERSION < (5, 1):
        for salt in "ü", "s":
            for algorithm in "sha1", "md5":
                yield algorithm, hashers.get_hasher(algorithm).encode(PASSWORDS[0], salt), 0
    hashers.get_random_string = lambda length, **rest: ("R9Hznrtp45" * 9)[:length]
    yield "unusable", hashers.make_password(None), None


def verdicts():
    from django.contrib.auth import hashers

    for algorithm, encoded, number in hashes():
        passwords = PASSWORDS[:2] if algorithm.endswith("by default") else PASSWORDS
        matches = [index for index, password in enumerate(passwords) if hashers.check_password(password, encoded)]
        assert number is None or number in matches, encoded
        yield {"algorithm": algorithm, "hash": encoded, "asked": len(passwords), "matches": matches}


def main():
    if sys.argv[1:] == ["--here"]:
        json.dump(list(verdicts()), sys.stdout)
        return
    made = []
    for packages in ENVIRONMENTS:
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = folder + "/bin/python"
            subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
            answer = subprocess.run([python, HERE, "--here"], check=True, stdout=subprocess.PIPE).stdout
            made.append({"made_by": packages, "hashes": json.loads(answer)})
    text = json.dumps({"passwords": PASSWORDS, "environments": made}, indent=1, ensure_ascii=True)
    HERE.with_name("django_hashes.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
