"""Files that must not become a picture: made when they are asked for, the same at each run, with no file to keep."""

import gzip
import io
import random
import struct
import zipfile
import zlib

from pictures import bitmap, chunk, frames_of_gif, icon, noise, png, quarters, saved

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
MAGIC = {
    "jpeg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF\x00\x10\x00\x00WEBPVP8 ", "gif": b"GIF89a",
    "tiff": b"II*\0\x08\0\0\0", "tiff-big-endian": b"MM\0*\0\0\0\x08", "bmp": b"BM", "ico": b"\0\0\1\0\1\0"}


def hostile():
    """All of them, by name."""
    return {**_other_kinds(), **_polyglots(), **_truncated(), **_noise_behind_magic(), **_png(), **_jpeg(), **_gif(), **_tiff(),
            **_webp(), **_bitmaps()}


def _other_kinds():
    """What no decoder of ours is for."""
    return {
        "empty": b"", "one-byte": b"\xff", "text": b"hello\n" * 50, "svg": SVG, "svg-compressed": gzip.compress(SVG, mtime=0),
        "html": HTML, "pdf": PDF, "php": b"<?php system($_GET['c']); ?>", "zip": _zip(), "elf": b"\x7fELF\2\1\1" + b"\0" * 200,
        "exr": b"\x76\x2f\x31\x01\2\0\0\0" + b"\0" * 200, "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "mvg": b"push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://a.example/x.png'\npop graphic-context\n",
        "msl": b'<?xml version="1.0"?><image><read filename="/etc/passwd"/><write filename="/tmp/x"/></image>',
        "xcf": b"gimp xcf v011\0" + b"\0\0\0\x10" * 40, "photoshop": b"8BPS\0\1" + b"\0" * 200,
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, "avif": b"\0\0\0\x1cftypavif\0\0\0\0" + b"\0" * 200,
        "jpeg2000": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 200, "jpeg-xl": b"\xff\x0a" + b"\0" * 200,
        "ppm": b"P6 2 2 255\n" + b"\0" * 12, "vips": b"\xb6\xa6\xf2\x08" + b"\0" * 200, "radiance": b"#?RADIANCE\n\n-Y 1 +X 1\n",
        "fits": b"SIMPLE  =                    T".ljust(2880), "big-tiff": b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + b"\0" * 200,
        "cursor": b"\0\0\2\0\1\0" + icon(b"", 1, 1)[6:]}


def _zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF"), "Main-Class: A\n")
    return file.getvalue()


def _polyglots():
    """Whole pictures that are something else as well."""
    image = quarters()
    jpeg, gif, plain, webp = (saved(image, format) for format in ("JPEG", "GIF", "PNG", "WEBP"))
    commented = zipfile.ZipFile(file := io.BytesIO(plain + _zip()), "a")
    commented.comment = b"a comment behind the end"
    commented.close()
    return {
        "png-and-pdf": plain + PDF, "pdf-in-png-text": png(1, 1, 8, 0, b"\0\0", chunks=chunk(b"tEXt", b"a\0" + PDF)),
        "pdf-in-jpeg-comment": saved(image, "JPEG", comment=PDF), "gif-and-jar": gif + _zip(), "jpeg-and-zip": jpeg + _zip(),
        "png-and-zip-with-comment": file.getvalue(), "webp-and-zip": webp + _zip(),
        "jpeg-with-php": saved(image, "JPEG", comment=b"<?php system($_GET[0]); ?>"), "png-and-php": plain + b"<?PHP echo 1;",
        "jpeg-with-html": saved(image, "JPEG", comment=b"<HTML><body onload=alert(1)>"),
        "jpeg-with-script": saved(image, "JPEG", comment=b"*/<sCrIpT>alert(1)</script>"),
        "gif-with-script": saved(image, "GIF", comment=b"<script src=//a.example>"), "png-and-svg": plain + SVG,
        "png-and-doctype": plain + b"<!DocType html>", "bmp-and-html": saved(image, "BMP") + HTML,
        "tiff-and-zip": saved(image, "TIFF") + _zip(), "ico-and-html": saved(image, "ICO") + HTML}


def _truncated():
    """Each kind cut at many places."""
    picture = noise(240, 160)
    found = {}
    for name, format, options in (
            ("jpeg", "JPEG", {}), ("jpeg-progressive", "JPEG", {"progressive": True}), ("png", "PNG", {}),
            ("webp", "WEBP", {}), ("webp-lossless", "WEBP", {"lossless": True}), ("gif", "GIF", {}), ("tiff", "TIFF", {}),
            ("tiff-lzw", "TIFF", {"compression": "tiff_lzw"}), ("bmp", "BMP", {}), ("ico", "ICO", {}),
            ("ico-bmp", "ICO", {"bitmap_format": "bmp"})):
        data = saved(picture, format, **options)
        for percent in (1, 20, 50, 80, 99):
            found[f"{name}-cut-at-{percent}-percent"] = data[:len(data) * percent // 100]
    return found


def _noise_behind_magic():
    return {f"{name}-noise-{seed}": magic + random.Random(seed).randbytes(5000) for name, magic in MAGIC.items()
            for seed in (1, 2)}


def _deflated_gibibyte():
    """A zlib stream of 2^30 zeros, put together from equal pieces."""
    deflate = zlib.compressobj(9)
    start = deflate.compress(b"\0" * 1048576) + deflate.flush(zlib.Z_FULL_FLUSH)
    piece = deflate.compress(b"\0" * 1048576) + deflate.flush(zlib.Z_FULL_FLUSH)
    return start + piece * 1023 + b"\x03\0" + struct.pack(">I", (1 << 30) % 65521 << 16 | 1)


def _png():
    plain = saved(quarters(), "PNG")
    bomb, pixel = _deflated_gibibyte(), (1, 1, 8, 0, b"\0\0")
    piece = zlib.compress(b"\0" * 1_000_000, 9)
    many = b"".join(chunk(b"zTXt", b"k%d\0\0" % number + piece) for number in range(40))
    place = plain.index(b"IDAT")
    start, length = place - 4, struct.unpack(">I", plain[place - 4:place])[0]
    return {
        "png-of-400-megapixels": png(20000, 20000, 1, 0, (b"\0" * 2501) * 20000),
        "png-of-144-megapixels": png(12000, 12000, 8, 2, b"\0" * 100), "png-one-pixel-too-many": png(8000, 5001, 8, 0, b""),
        "png-largest-header": png(0x7FFFFFFF, 0x7FFFFFFF, 16, 6, b""), "png-beyond-header": png(0xFFFFFFFF, 1, 8, 0, b""),
        "png-wide": png(40_000_001, 1, 1, 0, b"\0" * 5_000_002), "png-zero-width": png(0, 1, 8, 0, b""),
        "png-zero-height": png(1, 0, 8, 0, b""), "png-bad-depth": png(1, 1, 7, 0, b"\0\0"), "png-bad-colour": png(1, 1, 8, 5, b"\0\0"),
        "png-palette-missing": png(4, 4, 8, 3, b"\0\0\0\0\0" * 4), "png-rows-missing": png(100, 100, 8, 2, b"\0" * 301 * 50),
        "png-ztxt-bomb": png(*pixel, chunks=chunk(b"zTXt", b"k\0\0" + bomb)),
        "png-itxt-bomb": png(*pixel, chunks=chunk(b"iTXt", b"k\0\1\0\0\0" + bomb)),
        "png-iccp-bomb": png(*pixel, chunks=chunk(b"iCCP", b"k\0\0" + bomb)),
        "png-ztxt-many": png(*pixel, chunks=many), "png-idat-wrong-checksum": plain[:start + 8 + length] + b"\1\2\3\4"
        + plain[start + 12 + length:],
        "png-ihdr-wrong-checksum": plain[:29] + b"\1\2\3\4" + plain[33:],
        "png-text-wrong-checksum": png(*pixel, chunks=chunk(b"tEXt", b"a\0b", checksum=7)),
        "png-text-without-keyword": png(*pixel, chunks=chunk(b"zTXt", b"kkkk")),
        "png-lying-length": plain[:33] + b"\x7f\xff\xff\xff" + plain[37:], "png-second-header": plain[:33] + plain[8:],
        "png-without-end": plain[:-12], "png-without-pixels": plain[:start] + chunk(b"IEND", b""),
        "png-broken-pixels": plain[:start] + chunk(b"IDAT", b"\x78\x9c" + b"\xff" * 500) + chunk(b"IEND", b"")}


def _jpeg():
    plain = saved(quarters(), "JPEG")
    progressive = saved(noise(64, 64), "JPEG", progressive=True)
    scan = progressive[progressive.rindex(b"\xff\xda"):-2]
    size = plain.index(b"\xff\xc0") + 5
    return {
        "jpeg-of-thousands-of-scans": progressive[:-2] + scan * 3000 + b"\xff\xd9",
        "jpeg-largest-header": plain[:size] + b"\xff\xff\xff\xff" + plain[size + 4:],
        "jpeg-zero-size": plain[:size] + b"\0\0\0\0" + plain[size + 4:],
        "jpeg-zero-width": plain[:size + 2] + b"\0\0" + plain[size + 4:], "jpeg-without-end": plain[:-2],
        "jpeg-of-nothing": b"\xff\xd8\xff\xd9", "jpeg-segment-of-length-0": b"\xff\xd8\xff\xe0\0\0" + plain[20:],
        "jpeg-segment-beyond-the-end": b"\xff\xd8\xff\xe1\xff\xff" + plain[20:],
        "jpeg-without-tables": plain[:20] + plain[plain.index(b"\xff\xc0"):],
        "jpeg-bad-sampling": plain[:size + 6] + b"\xff" + plain[size + 7:],
        "jpeg-100-components": plain[:size + 4] + b"\x64" + plain[size + 5:]}


def _gif():
    frame = b",\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0"
    head, plain = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff", saved(quarters(), "GIF")
    return {
        "gif-of-100000-frames": frames_of_gif(100_000), "gif-of-1001-frames": frames_of_gif(1001),
        "gif-largest-canvas": b"GIF89a\xff\xff\xff\xff" + head[10:] + frame + b";",
        "gif-largest-frame": head + b",\0\0\0\0\xff\xff\xff\xff" + frame[9:] + b";",
        "gif-zero-canvas": b"GIF89a\0\0\0\0" + head[10:] + frame + b";", "gif-without-frames": head + b";",
        "gif-without-end": plain[:-1], "gif-bad-code-size": head + frame[:10] + b"\x0f" + frame[11:] + b";",
        "gif-unknown-block": head + b"\x99" + frame + b";", "gif-endless-extension": head + b"!\xfe" + b"\xff" + b"a" * 255}


def _tiff_of(entries, next_page=0, data=b""):
    body = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + struct.pack("<I", next_page) + data


def _tiff():
    def page(width=4, height=4, bits=8, offset=200, count=16, rows=4, compression=1, samples=1):
        return [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, compression), (262, 3, 1, 1),
                (273, 4, 1, offset), (277, 3, 1, samples), (278, 4, 1, rows), (279, 4, 1, count)]

    pixels = b"\0" * 200
    chain = b"".join(struct.pack("<HHHIII", 1, 254, 4, 1, 0, 8 + 18 * (number + 1)) for number in range(1500))
    chain = b"II*\0\x08\0\0\0" + chain[:-4] + b"\0\0\0\0"
    return {
        "tiff-cyclic": _tiff_of(page(), 8, pixels), "tiff-of-1500-pages": chain,
        "tiff-absurd-strip": _tiff_of(page(offset=0xFFFFFFF0, count=0xFFFFFFFF), data=pixels),
        "tiff-strip-beyond-the-end": _tiff_of(page(4000, 4000, count=16_000_000, rows=4000), data=pixels),
        "tiff-largest-size": _tiff_of(page(0xFFFFFFFF, 0xFFFFFFFF), data=pixels), "tiff-zero-size": _tiff_of(page(0, 0), data=pixels),
        "tiff-of-100-megapixels": _tiff_of(page(10_000, 10_000), data=pixels), "tiff-no-tags": _tiff_of([]),
        "tiff-65535-samples": _tiff_of(page(samples=65535), data=pixels), "tiff-bad-depth": _tiff_of(page(bits=77), data=pixels),
        "tiff-bad-compression": _tiff_of(page(compression=0xABCD), data=pixels), "tiff-pages-beyond-the-end": _tiff_of(page(), 99999),
        "tiff-bad-lzw": _tiff_of(page(400, 400, count=190, rows=400, compression=5), data=b"\xff" * 400),
        "tiff-absurd-tile": _tiff_of(
            [entry for entry in page() if entry[0] not in (273, 278, 279)]
            + [(322, 4, 1, 0x7FFFFFF0), (323, 4, 1, 0x7FFFFFF0), (324, 4, 1, 200), (325, 4, 1, 16)], data=pixels)}


def _webp():
    plain, animated = saved(quarters(), "WEBP"), saved(quarters(), "WEBP", save_all=True, append_images=[quarters().rotate(180)])
    lossless = saved(quarters(), "WEBP", lossless=True)
    key = plain.index(b"\x9d\x01\x2a") + 3
    canvas = animated.index(b"VP8X") + 12
    frame = animated[animated.index(b"ANMF"):]
    frame = frame[:8 + struct.unpack("<I", frame[4:8])[0]]
    many = animated[12:animated.index(b"ANMF")] + frame * 1001
    return {
        "webp-lying-riff-size": plain[:4] + b"\xff\xff\xff\x7f" + plain[8:], "webp-riff-size-0": plain[:4] + b"\0\0\0\0" + plain[8:],
        "webp-lying-chunk-size": plain[:16] + b"\xff\xff\xff\xff" + plain[20:],
        "webp-larger-than-its-data": plain[:key] + b"\xff\x3f\xff\x3f" + plain[key + 4:],
        "webp-zero-size": plain[:key] + b"\0\0\0\0" + plain[key + 4:],
        "webp-largest-canvas": animated[:canvas] + b"\xff" * 6 + animated[canvas + 6:],
        "webp-of-1001-frames": b"RIFF" + struct.pack("<I", 4 + len(many)) + b"WEBP" + many,
        "webp-lossless-broken": lossless[:30] + b"\xff" * (len(lossless) - 30), "webp-without-picture": b"RIFF\4\0\0\0WEBP",
        "webp-canvas-unlike-its-frame": animated[:canvas] + b"\0\0\0\0\0\0" + animated[canvas + 6:]}


def _bitmaps():
    pixels, colours = b"\0" * 64, [(0, 0, 0)] * 4
    return {
        "bmp-of-100-megapixels": bitmap(10_000, 10_000, 8, pixels, 1, colours),
        "bmp-largest-size": bitmap(0x7FFFFFFF, 0x7FFFFFFF, 32, pixels), "bmp-smallest-size": bitmap(-0x80000000, -0x80000000, 24, pixels),
        "bmp-zero-width": bitmap(0, 4, 24, pixels), "bmp-zero-height": bitmap(4, 0, 24, pixels),
        "bmp-negative-width": bitmap(-4, 4, 24, pixels), "bmp-bad-depth": bitmap(4, 4, 13, pixels),
        "bmp-bad-compression": bitmap(4, 4, 24, pixels, 9), "bmp-holds-jpeg": bitmap(4, 4, 0, saved(quarters(), "JPEG"), 4),
        "bmp-bad-header": bitmap(4, 4, 24, pixels, size=41), "bmp-pixels-beyond-the-end": bitmap(4, 4, 24, pixels, offset=0xFFFFFF00),
        "bmp-pixels-in-the-header": bitmap(4, 4, 24, pixels, offset=0), "bmp-index-beyond-its-table": bitmap(4, 4, 8, b"\xff" * 16,
                                                                                                      colours=colours),
        "bmp-table-too-large": bitmap(4, 4, 8, pixels, colours=[(0, 0, 0)] * 300),
        "bmp-masks-of-zero": bitmap(4, 4, 32, pixels, 3, masks=b"\0" * 12),
        "bmp-runs-without-end": bitmap(4, 4, 8, b"\4\1\0\0" * 3, 1, colours),
        "bmp-runs-below-the-picture": bitmap(4, 4, 8, b"\0\2\0\xff\4\1\0\1", 1, colours),
        "bmp-of-jumps": bitmap(6000, 6000, 8, b"\0\2\xff\xff" * 2_000_000, 1, colours),
        "ico-without-entries": icon(b"", 1, 1, count=0), "ico-beyond-the-end": icon(pixels, 1, 1, offset=0xFFFFFF00),
        "ico-absurd-length": icon(pixels, 1, 1, length=0xFFFFFFFF), "ico-65535-entries": icon(pixels, 1, 1, count=65535),
        "ico-of-svg": icon(SVG, 1, 1), "ico-in-ico": icon(icon(pixels, 1, 1), 1, 1),
        "ico-png-of-144-megapixels": icon(png(12000, 12000, 8, 2, b""), 0, 0),
        "ico-bitmap-largest-size": icon(bitmap(0x7FFFFFFF, 0x7FFFFFFF, 32, pixels)[14:], 0, 0),
        "too-long": saved(quarters(), "PNG") + b"\0" * (16 * 1024 * 1024)}
