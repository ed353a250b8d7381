"""accountd-picture by itself: what becomes of good pictures, of hostile files, and of attempts to leave its sandbox."""

import io
import os
import re
import shutil
import signal
import struct
import subprocess
from dataclasses import dataclass
from functools import cache

import pytest
from PIL import Image

import hostile_pictures
import pictures
from running import PROJECT

GOOD, METADATA, HOSTILE = pictures.good(), pictures.with_metadata(), hostile_pictures.hostile()
FORMATS = {1: "JPEG", 2: "PNG", 3: "WEBP"}
REFUSED, ESCAPED, TROUBLE = 65, 70, 71
# How a decoder that was led astray may end: what starts the program takes these for a refusal.
DEADLY = {-number for number in (
    signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV, signal.SIGSYS, signal.SIGTRAP,
    signal.SIGXCPU, signal.SIGXFSZ)}


@cache
def program():
    return subprocess.check_output(["swift", "build", "--show-bin-path"], cwd=PROJECT, text=True).strip() + (
        "/accountd-picture")


@dataclass
class Outcome:
    status: int
    output: bytes
    resident: int
    """The most memory at once, in MiB."""
    seconds: float
    """Processor time."""


def run(folder, data, *arguments, around=()):
    """One run with an empty environment and two descriptors, as accountd starts it; `around` is a command to run it under."""
    upload, output = folder / "upload", folder / "output"
    upload.write_bytes(data)
    output.write_bytes(b"")
    command = [*around, program(), *arguments]
    reading, writing = os.open(upload, os.O_RDONLY), os.open(output, os.O_WRONLY)
    try:
        pid = os.posix_spawn(
            command[0], command, {}, file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0), (os.POSIX_SPAWN_DUP2, writing, 1)])
    finally:
        os.close(reading)
        os.close(writing)
    _, status, usage = os.wait4(pid, 0)
    return Outcome(
        os.waitstatus_to_exitcode(status), output.read_bytes(), usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime)


def files_of(output):
    """Format, full, medium and small picture, as PictureWire describes the output."""
    magic, format, full, medium, small = struct.unpack("<4sB3xIII", output[:20])
    assert magic == b"ACP1" and len(output) == 20 + full + medium + small
    return FORMATS[format], output[20:20 + full], output[20 + full:20 + full + medium], output[20 + full + medium:]


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def is_near(image, place, colour, distance):
    return max(abs(a - b) for a, b in zip(image.convert("RGB").getpixel(place), colour)) <= distance


@pytest.mark.parametrize("name", GOOD)
def test_good_picture_becomes_three(tmp_path, name):
    sample = GOOD[name]
    outcome = run(tmp_path, sample.data)
    assert outcome.status == 0
    format, full, medium, small = files_of(outcome.output)
    assert format == sample.format
    width, height = sample.size
    for data, most, kind in ((full, 1024, format), (medium, 256, "WEBP"), (small, 64, "WEBP")):
        image = opened(data)
        assert image.format == kind
        scale = min(1, most / max(sample.size))
        assert all(abs(side - max(1, whole * scale)) <= 1 for side, whole in zip(image.size, (width, height)))
        assert max(image.size) <= most
        right, below = image.width - 1, image.height - 1
        for place, colour in zip(((0, 0), (right, 0), (0, below), (right, below)), sample.corners or ()):
            if colour:
                assert is_near(image, place, colour, 48), (kind, place, image.convert("RGB").getpixel(place))
        alphas = image.getextrema()[3] if image.mode == "RGBA" else (255, 255)
        assert (alphas != (255, 255)) == sample.transparent


@pytest.mark.parametrize("name", METADATA)
def test_metadata_are_gone(tmp_path, name):
    assert pictures.CANARY.encode() in METADATA[name]
    outcome = run(tmp_path, METADATA[name])
    assert outcome.status == 0
    for word in (pictures.CANARY.encode(), pictures.ICC_SIGNATURE, b"Exif", b"EXIF", b"eXIf", b"iCCP", b"ICCP", b"http", b"XMP"):
        assert word not in outcome.output
    for data in files_of(outcome.output)[1:]:
        image = opened(data)
        assert not image.getexif()
        assert not set(image.info) & {"exif", "icc_profile", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused(tmp_path, name):
    outcome = run(tmp_path, HOSTILE[name])
    assert outcome.status == REFUSED or outcome.status in DEADLY
    assert outcome.output == b""
    assert outcome.resident < 512
    assert outcome.seconds < 5


def test_pixels_are_limited_by_argument(tmp_path):
    data = GOOD["png"].data
    assert run(tmp_path, data, "--maximum-pixels", "9600").status == 0
    assert run(tmp_path, data, "--maximum-pixels", "9599").status == REFUSED


def test_memory_is_limited_whatever_a_header_promises(tmp_path):
    """A progressive JPEG is kept whole while it is decoded; this one says that it has three gigapixels."""
    plain = pictures.saved(pictures.quarters(), "JPEG", progressive=True)
    size = plain.index(b"\xff\xc2") + 5
    outcome = run(tmp_path, plain[:size] + b"\xdc\xff\xdc\xff" + plain[size + 4:], "--maximum-pixels", "4000000000")
    assert outcome.status == REFUSED or outcome.status in DEADLY
    assert outcome.output == b"" and outcome.resident < 512


@pytest.mark.parametrize("arguments", [["--maximum-pixels"], ["--maximum-pixels", "0"], ["--probe", "x"], ["x", "y"], ["x"]])
def test_unknown_arguments_are_trouble(tmp_path, arguments):
    assert run(tmp_path, GOOD["png"].data, *arguments).status == TROUBLE


def test_output_that_cannot_be_written_is_trouble(tmp_path):
    (tmp_path / "upload").write_bytes(GOOD["png"].data)
    with open("/dev/full", "wb") as full, (tmp_path / "upload").open("rb") as upload:
        ended = subprocess.run([program()], env={}, stdin=upload, stdout=full, stderr=subprocess.DEVNULL, timeout=30)
    assert ended.returncode == TROUBLE


@pytest.mark.parametrize("attempt", ["open", "database", "socket", "exec", "fork"])
def test_attempt_is_denied(tmp_path, attempt):
    assert run(tmp_path, b"", "--probe", attempt).status == 0


CALLS = {
    "open": r'openat\(AT_FDCWD, "/etc/passwd", O_RDONLY\)', "database": r'openat\(AT_FDCWD, "/var/lib/.*O_RDWR\)',
    "socket": r"socket\(AF_UNIX, SOCK_STREAM, 0\)", "exec": r'execve\("/bin/true".*\)',
    "fork": r"clone\(child_stack=NULL, flags=.*SIGCHLD.*\)"}


@pytest.mark.parametrize("attempt", CALLS)
def test_trace_shows_that_the_kernel_denied_it(tmp_path, attempt):
    trace = traced(tmp_path, b"", "--probe", attempt)
    assert re.search(CALLS[attempt] + r"\s+= -1 EPERM ", after_seal(trace))


@pytest.mark.parametrize("name", ["jpeg-progressive", "png-interlaced", "webp-animated", "gif-animated", "tiff-lzw", "bmp"])
def test_trace_of_a_run_holds_nothing_that_reaches_out(tmp_path, name):
    """No descriptor but two when the upload is read, nothing opened from then on, no memory made executable."""
    trace = traced(tmp_path, GOOD[name].data)
    assert re.search(r"close_range\(2, 4294967295, 0\)\s+= 0\n(?:.*prlimit64.*\n)+.*seccomp", trace)
    sealed = after_seal(trace)
    calls = set(re.findall(r"(?m)^\d+ +(\w+)\(", sealed))
    assert calls & {"open", "openat", "socket", "connect", "execve", "fork", "vfork", "kill", "ptrace", "dup", "fcntl"} == set()
    assert "PROT_EXEC" not in sealed
    assert not re.search(r"PROT_WRITE\|PROT_EXEC", trace)
    assert set(re.findall(r" (?:read|write|pwrite64)\((\d+),", sealed)) == {"0", "1"}


def test_trace_shows_the_limits_before_libvips_starts(tmp_path):
    trace = traced(tmp_path, GOOD["png"].data)
    for call in (
            "prctl(PR_SET_PDEATHSIG, SIGKILL", "prctl(PR_SET_NO_NEW_PRIVS, 1", "prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE",
            "RLIMIT_AS, {rlim_cur=524288*1024, rlim_max=524288*1024}", "RLIMIT_CPU, {rlim_cur=5, rlim_max=6}",
            "RLIMIT_FSIZE, {rlim_cur=16384*1024, rlim_max=16384*1024}", "RLIMIT_CORE, {rlim_cur=0, rlim_max=0}",
            "RLIMIT_NOFILE, {rlim_cur=16, rlim_max=16}", "setpriority(PRIO_PROCESS, 0, 19)", "alarm(20)"):
        assert call in trace, call
    assert trace.index("alarm(20)") < trace.index("RLIMIT_NOFILE, {rlim_cur=2, rlim_max=2}") < trace.index("read(0, ")


def traced(folder, data, *arguments):
    """What strace writes of a run that ended well."""
    trace = folder / "trace"
    outcome = run(folder, data, *arguments, around=[shutil.which("strace"), "-f", "-qq", "-o", str(trace)])
    assert outcome.status == 0
    return trace.read_text()


def after_seal(trace):
    """The part that runs under the filter."""
    sealed = re.search(r"(?s)seccomp\(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC[A-Z_|]*, \{[^\n]*= 0\n(.*)", trace)
    assert sealed, "no filter was put on"
    return sealed.group(1)
