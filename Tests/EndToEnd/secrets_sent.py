"""What must never stand in a log or in the database: the secrets of every request that a test sends and of every answer that
it gets. The client collects them as they pass; a server's end looks for them."""

# Names under which the five APIs' bodies have a secret.
NAMES = {"auth_token", "token", "access", "refresh"}
COOKIES = {"sessionid", "csrftoken"}
# Shorter ones, such as the examples of the APIs' documents, stand in other words by chance.
SHORTEST = 8


def in_body(value):
    """The secrets of a JSON value, however deep; not those that a public member has as well, such as a document's example whose
    password is its username."""
    texts = list(_texts(value))
    public = [text for is_secret, text in texts if not is_secret]
    return [text for is_secret, text in texts if is_secret and not any(text in other for other in public)]


def _texts(value, is_secret=False):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name in NAMES or "password" in name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, is_secret)
    elif isinstance(value, str):
        yield is_secret, value


def in_answer(response, body):
    """The secrets that an answer brought: of its body, and its cookies."""
    yield from in_body(body)
    for name, value in response.cookies.items():
        if name in COOKIES:
            yield value


def in_headers(headers):
    """The credential of a header `Authorization`."""
    _, _, credential = headers.get("Authorization", "").partition(" ")
    yield credential


def note(server, found):
    """Remembers secrets that a server must keep to itself."""
    for secret in found:
        if len(secret) >= SHORTEST:
            server.secrets.add(secret)


def found(server):
    """The secrets that stand in the logs or the database of a server, and where."""
    key = (server.data / "secret.key").read_text().split("\n")[-2] if (server.data / "secret.key").exists() else None
    secrets = server.secrets | {each for each in [key, server.gateway_key()] if each}
    forms = {form for secret in secrets for form in (secret.encode(), secret.encode("unicode_escape"))}
    if key:
        forms.add(bytes.fromhex(key))
    places = [server.errors, *(server.data / "log").glob("*"), *server.data.glob("accounts.db*")]
    return [
        (form, place.name) for place in places if place.is_file()
        for content in [place.read_bytes()] for form in forms if form in content]
