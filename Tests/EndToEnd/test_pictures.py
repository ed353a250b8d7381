"""Profile pictures through the real nginx: uploaded by the programs that people use, served as plain files, replaced, removed, and
what becomes of hostile ones."""

import io
import json
import os
import re
import signal
from pathlib import Path

import pytest
import requests
from PIL import Image

import hostile_pictures
import pictures
from client import Client, curl
from dialects import PASSWORD, jwt, simplejwt, token
from running import wait_until

GOOD, METADATA, HOSTILE = pictures.good(), pictures.with_metadata(), hostile_pictures.hostile()
NOT_A_PICTURE = (
    "Upload a valid image. The file you uploaded was either not an image or a corrupted image.")
LIMIT = 5 * 1024 * 1024
NAME = re.compile(r"/api/user/media/([0-9a-f]{32}\.(?:jpg|png|webp))")
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Strict-Transport-Security": "max-age=63072000",
}


def png(colour=(200, 30, 30), size=(20, 10)):
    """A small picture of one colour."""
    return pictures.saved(Image.new("RGB", size, colour), "PNG")


def fetch(server, path, method="GET", **headers):
    """What nginx answers for a picture."""
    return requests.request(
        method, server.url(path), verify=server.certificate, headers=headers, timeout=30, allow_redirects=False)


def stored(server):
    """Every file in the folder of pictures, those on their way in among them."""
    return sorted(str(path.relative_to(server.data / "media")) for path in (server.data / "media").rglob("*") if path.is_file())


def known(server):
    """The files that the rows of the accounts ask for."""
    rows = server.rows("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    return sorted(
        f"{name[:2]}/{file}" for (name,) in rows for file in (name, f"{name[:32]}-256.webp", f"{name[:32]}-64.webp"))


def agree(server):
    """Whether rows and files agree, and nothing waits to be removed."""
    return stored(server) == known(server) and server.rows("SELECT * FROM picture_removals") == []


@pytest.fixture
def anna(server, name):
    """A signed-in caller of JWT's API."""
    token.have_account(server, name, f"{name}@example.com")
    return jwt.sign_in(server, name, PASSWORD)


def update(client, data, name="a.png", **fields):
    """The answer to an upload by `requests`."""
    return client.ask("PUT", "/update_profile/", files={"avatar": (name, data)}, data=fields)


def test_upload_by_requests_is_served_by_nginx_alone(server, anna):
    status, profile = update(anna, GOOD["jpeg"].data, "photo.jpg", first_name="Анна")
    assert (status, profile["first_name"]) == (200, "Анна")
    assert NAME.fullmatch(profile["avatar"])
    assert anna.ask("GET", "/get_profile/") == (200, profile)

    marker = "picture-fetch"
    # Stopped, accountd could not answer; nginx does.
    os.kill(server.accountd_pid(), signal.SIGSTOP)
    try:
        response = fetch(server, profile["avatar"], **{"User-Agent": marker})
    finally:
        os.kill(server.accountd_pid(), signal.SIGCONT)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")
    for header, value in HEADERS.items():
        assert response.headers[header] == value, header
    assert "Server" not in response.headers or response.headers["Server"] == "nginx"
    image = Image.open(io.BytesIO(response.content))
    image.load()
    assert (image.format, image.size) == ("JPEG", GOOD["jpeg"].size)

    access = wait_until(
        lambda: [line for line in (server.data / "log" / "nginx-access.log").read_text().splitlines() if marker in line],
        "nginx's log of the fetch")
    assert len(access) == 1 and profile["avatar"] in access[0]
    assert marker not in server.log() and profile["avatar"] not in server.log()


def test_upload_by_curl(server, name, tmp_path):
    picture = tmp_path / "photo.webp"
    picture.write_bytes(GOOD["webp"].data)
    email = f"{name}@example.com"
    status, account = curl(
        server, "/api/user/register/", "-F", f"email={email}", "-F", f"full_name={name}", "-F", f"password={PASSWORD}",
        "-F", f"profile_pic=@{picture}", port=server.ports[1])
    assert status == 201
    link = account["profile_pic"]
    assert link.startswith(server.url("/api/user/media/")) and link.endswith(".webp")
    assert fetch(server, link.removeprefix(server.url())).headers["Content-Type"] == "image/webp"
    assert simplejwt.ask_to_sign_in(server, email, PASSWORD)[1]["data"]["profile_pic"] == link


def test_both_dialects_show_the_same_picture(server, name):
    token.have_account(server, name, f"{name}@example.com")
    one, other = jwt.sign_in(server, name, PASSWORD), simplejwt.sign_in(server, f"{name}@example.com", PASSWORD)
    path = update(one, png())[1]["avatar"]
    assert other.ask("GET", "/api/user/me/")[1]["profile_pic"] == server.url(path)
    status, account = other.ask(
        "PATCH", "/api/user/update/", files={"profile_pic": ("b.png", png((1, 2, 3)))})
    assert status == 200
    assert one.ask("GET", "/get_profile/")[1]["avatar"] == account["profile_pic"].removeprefix(server.url())


@pytest.mark.parametrize("name_of_sample", METADATA)
def test_metadata_are_gone_from_everything_that_is_served(server, anna, name_of_sample):
    data = METADATA[name_of_sample]
    assert pictures.CANARY.encode() in data
    link = update(anna, data)[1]["avatar"]
    for path in variants(link):
        content = fetch(server, path).content
        assert pictures.CANARY.encode() not in content and b"Exif" not in content and b"GPS" not in content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(server, anna, orientation):
    image = pictures.quarters()
    turn = pictures.STORED[orientation]
    data = pictures.saved(image.transpose(turn) if turn is not None else image, "JPEG", quality=95, exif=pictures.exif(orientation))
    served = Image.open(io.BytesIO(fetch(server, update(anna, data, "a.jpg")[1]["avatar"]).content))
    assert served.size == image.size and not served.getexif()
    width, height = served.size
    for place, colour in zip(
            ((10, 10), (width - 10, 10), (10, height - 10), (width - 10, height - 10)), pictures.CORNERS):
        assert max(abs(a - b) for a, b in zip(served.getpixel(place), colour)) < 40, (orientation, place)


def variants(link):
    """The paths of a picture's three sizes, in both ways of asking for them."""
    stem, _ = link.rsplit(".", 1)
    names = [link, f"{stem}-256.webp", f"{stem}-64.webp"]
    return names + [name.replace("/api/user/media/", "/media/") for name in names]


def test_sizes(server, anna):
    data = pictures.saved(pictures.quarters((3000, 1500)), "JPEG", quality=80)
    link = update(anna, data, "a.jpg")[1]["avatar"]
    sizes = [Image.open(io.BytesIO(fetch(server, path).content)).size for path in variants(link)]
    assert sizes == [(1024, 512), (256, 128), (64, 32)] * 2


def test_replaced_and_removed_pictures_are_gone_at_once(server, anna):
    first = update(anna, png((1, 1, 1)))[1]["avatar"]
    second = update(anna, png((2, 2, 2)))[1]["avatar"]
    assert first != second
    for path in variants(first):
        answer = fetch(server, path)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
        assert "immutable" not in answer.headers.get("Cache-Control", "")
    assert all(fetch(server, path).status_code == 200 for path in variants(second))
    status, profile = anna.ask("PUT", "/update_profile/", {"avatar": None})
    assert (status, profile["avatar"]) == (200, None)
    assert all(fetch(server, path).status_code == 404 for path in variants(second))
    assert not [file for file in stored(server) if second[-36:-4] in file]


def test_an_empty_field_of_a_form_removes_the_picture_too(server, anna):
    link = update(anna, png())[1]["avatar"]
    status, profile = anna.ask("PUT", "/update_profile/", files={"avatar": (None, "")})
    assert (status, profile["avatar"]) == (200, None)
    assert fetch(server, link).status_code == 404


def test_a_deleted_account_takes_its_picture_along(server, name):
    token.have_account(server, name, f"{name}@example.com")
    link = update(jwt.sign_in(server, name, PASSWORD), png())[1]["avatar"]
    owner = token.sign_in(server, name, PASSWORD)
    assert owner.ask("DELETE", "/auth/users/me/", {"current_password": PASSWORD})[0] == 204
    assert fetch(server, link).status_code == 404


def test_other_fields_of_a_refused_form_are_not_written(server, anna):
    link = update(anna, png(), first_name="before")[1]["avatar"]
    assert update(anna, b"no picture", first_name="after") == (400, {"avatar": [NOT_A_PICTURE]})
    assert update(anna, b"", first_name="after") == (400, {"avatar": ["The submitted file is empty."]})
    assert update(anna, png(), "n" * 97 + ".png", first_name="after") == (
        400, {"avatar": ["Ensure this filename has at most 100 characters (it has 101)."]})
    assert update(anna, png(), first_name="x" * 151) == (
        400, {"first_name": ["Ensure this field has no more than 150 characters."]})
    profile = anna.ask("GET", "/get_profile/")[1]
    assert (profile["first_name"], profile["avatar"]) == ("before", link)
    assert fetch(server, link).status_code == 200


def test_unknown_keys_refuse_an_upload(server, anna):
    assert update(anna, png(), email="x@example.com") == (401, {"detail": "Invalid signature."})
    assert anna.ask("PUT", "/update_profile/", files={"picture": ("a.png", png())}) == (401, {"detail": "Invalid signature."})
    assert anna.ask("GET", "/get_profile/")[1]["avatar"] is None


def test_nobody_uploads_without_a_credential(server):
    files = stored(server)
    status, body = Client(server).ask("PUT", "/update_profile/", files={"avatar": ("a.png", png())})
    assert (status, body) == (401, {"detail": "Authentication credentials were not provided."})
    assert stored(server) == files


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, LIMIT + 1024 * 1024])
def test_the_limit_of_an_upload(server, anna, size):
    """The second is refused by accountd, the third by nginx."""
    files = stored(server)
    response = anna.send("PUT", "/update_profile/", files={"avatar": ("a.png", b"x" * size)})
    assert (response.status_code, response.json()) == refusal(b"x" * size)
    # accountd names each of its answers.
    assert ("X-Request-ID" in response.headers) == (size <= LIMIT + 1)
    assert stored(server) == files and anna.ask("GET", "/get_profile/")[1]["avatar"] is None


def test_where_no_picture_is_taken_a_large_form_is_refused(server, name):
    client = Client(server)
    status, body = client.ask("POST", "/create_user/", files={"avatar": ("a.png", b"x" * 200_000)}, data={"email": "a@b.ru"})
    assert (status, body) == (413, {"detail": "Request body is too large."})


def test_hostile_uploads_leave_nothing(start):
    """Every file of the corpus, one after the other, and the memory of accountd over all of them."""
    # Else its memory could be measured by root alone.
    server = start("--set", "server.debuggable=true")
    token.have_account(server, "anna", "anna@example.com")
    client = jwt.sign_in(server, "anna", PASSWORD)
    link = update(client, png())[1]["avatar"]
    # From here on the kernel notes the most memory anew (proc(5), clear_refs).
    Path(f"/proc/{server.accountd_pid()}/clear_refs").write_text("5")
    before, files = resident(server), stored(server)
    assert len(HOSTILE) >= 40
    for name, data in HOSTILE.items():
        response = client.send("PUT", "/update_profile/", files={"avatar": ("a.png", data)})
        assert (response.status_code, response.json()) == refusal(data), name
        assert response.elapsed.total_seconds() < 5, name
        assert stored(server) == files, name
        assert children(server) == [], name
    assert resident(server) - before < 30 * 1024
    assert agree(server)
    assert fetch(server, link).status_code == 200
    assert server.log().count("picture.refused") == sum(1 for data in HOSTILE.values() if 0 < len(data) <= LIMIT)


def refusal(data):
    """The answer to a file that is no picture."""
    if len(data) > LIMIT:
        return 413, {"detail": "Request body is too large."}
    return 400, {"avatar": [NOT_A_PICTURE if data else "The submitted file is empty."]}


def resident(server):
    """The most resident memory of accountd in KiB."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.accountd_pid()}/status").read_text()).group(1))


def children(server):
    """The names of accountd's child processes."""
    names = []
    for task in Path(f"/proc/{server.accountd_pid()}/task").iterdir():
        for child in (task / "children").read_text().split():
            names.append(Path(f"/proc/{child}/comm").read_text().strip())
    return names


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_only_get_and_head(server, anna, method):
    link = update(anna, png())[1]["avatar"]
    for path in (link, link.replace("/api/user/media/", "/media/")):
        answer = fetch(server, path, method)
        assert (answer.status_code, answer.json()) == (405, {"detail": "Method not allowed."})
        assert answer.headers["Allow"] == "GET, HEAD"
    head = fetch(server, link, "HEAD")
    assert (head.status_code, head.content, head.headers["Content-Type"]) == (200, b"", "image/png")


def test_conditions_and_ranges(server, anna):
    link = update(anna, png())[1]["avatar"]
    whole = fetch(server, link)
    part = fetch(server, link, Range="bytes=0-3")
    assert (part.status_code, part.content) == (206, whole.content[:4])
    again = fetch(server, link, **{"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert fetch(server, link + "%0A").status_code == 404
    for headers, status, detail in (
            ({"Range": "bytes=999999-"}, 416, "Range not satisfiable."), ({"If-Match": '"x"'}, 412, "Precondition failed.")):
        answer = fetch(server, link, **headers)
        assert (answer.status_code, answer.json()) == (status, {"detail": detail})


def test_a_program_that_cannot_do_its_work_is_trouble_of_ours(start):
    server = start("--set", "pictures.program=/bin/false")
    token.have_account(server, "anna", "anna@example.com")
    client = jwt.sign_in(server, "anna", PASSWORD)
    answer = client.send("PUT", "/update_profile/", files={"avatar": ("a.png", png())}, allowed=(500,))
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal server error."})
    assert "accountd-picture ended with status 1" in server.log_line("request.failed")
    assert stored(server) == [] and agree(server)


@pytest.mark.parametrize("prefix", ["/media", "/api/user/media"])
@pytest.mark.parametrize(
    "rest",
    ["", "/", "/..", "/../accounts.db", "/%2e%2e/accounts.db", "/..%2faccounts.db", "/.incoming/", "/.incoming/x",
     "/ab/", "/ab", "/none.png", "/%00", "/" + "0" * 32 + ".png", "/" + "0" * 32 + ".svg", "/" + "0" * 32 + ".png/",
     "/00/" + "0" * 32 + ".png", "/" + "A" * 32 + ".png", "../accounts.db", "/" + "0" * 32 + ".png%00.html"])
def test_nothing_else_is_served(server, prefix, rest):
    target = prefix + rest
    session = requests.Session()
    request = requests.Request("GET", server.url("/")).prepare()
    request.url = server.url(target)
    answer = session.send(request, verify=server.certificate, timeout=30, allow_redirects=False)
    assert answer.status_code in (400, 404), target
    assert answer.headers["Content-Type"] == "application/json" and "detail" in answer.json()


def test_the_recorded_rows_of_served_pictures(server, anna):
    """The rows of the contract that nginx answers; Tests/ContractTests replays the others."""
    rows = json.loads((Path(__file__).parents[1] / "ContractTests" / "Rows" / "simplejwt-media.json").read_text())
    assert len(rows) > 15
    credential = {"Authorization": anna.session.headers["Authorization"]}
    for row in rows:
        removed = "set to null" in row["key"]
        link = update(anna, png())[1]["avatar"]
        if removed:
            anna.ask("PUT", "/update_profile/", {"avatar": None})
        request = requests.Request("GET", server.url("/")).prepare()
        request.method = row["request"]["method"]
        request.url = server.url(row["request"]["path"].replace("/api/user/media/<file>", link))
        for header, value in row["request"].get("headers", {}).items():
            request.headers[header] = credential[header] if header == "Authorization" else value
        if "If-Modified-Since" in request.headers:
            request.headers["If-Modified-Since"] = fetch(server, link).headers["Last-Modified"]
        answer = requests.Session().send(request, verify=server.certificate, timeout=30, allow_redirects=False)
        expected = row.get("departs") or row["response"]
        if "status" in expected:
            statuses = expected["status"]
            assert answer.status_code in (statuses if isinstance(statuses, list) else [statuses]), row["key"]
        assert answer.status_code not in expected.get("not_status", []) and answer.status_code < 500, row["key"]
        if expected.get("content_type"):
            kind = re.escape(expected["content_type"]).replace(r"\*", ".*")
            assert re.fullmatch(kind, answer.headers["Content-Type"]), row["key"]
        if isinstance(expected.get("body"), dict):
            assert answer.json() == expected["body"], row["key"]
