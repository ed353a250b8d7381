"""Good pictures of every kind that is taken, made when they are asked for. The bad ones stand in hostile_pictures.py."""

import io
import random
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, PngImagePlugin

CANARY = "Maple-Street-17"
RED, GREEN, BLUE, YELLOW = CORNERS = ((220, 30, 30), (30, 200, 30), (30, 30, 220), (220, 220, 30))
# The same as a printing press shows them: libvips' profile for CMYK, where Pillow only subtracts.
PRINTED = (RED, (0, 130, 78), (60, 59, 125), YELLOW)
FULL = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))
ICC_SIGNATURE = b"acsp"

# How an upright picture is to be stored so that the EXIF orientation turns it upright again.
STORED = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270}


@dataclass
class Sample:
    """An upload, and what it is to become: the full picture's format, its size, its four corners (None: not looked at)."""

    data: bytes
    format: str = "PNG"
    size: tuple = (120, 80)
    corners: tuple | None = CORNERS
    transparent: bool = False


def quarters(size=(120, 80), mode="RGB"):
    """Red and green above, blue and yellow below: each way of turning it looks different."""
    width, height = size
    image = Image.new("RGB", size)
    for index, colour in enumerate(CORNERS):
        x, y = index % 2 * (width // 2), index // 2 * (height // 2)
        image.paste(colour, (x, y, width, height))
        image.paste(colour, (x, y, x + width // 2 or 1, y + height // 2 or 1))
    return image.convert(mode)


def saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def noise(width, height, seed=1):
    """A picture that does not compress: random brightness over a gradient."""
    image = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
    gradient = Image.linear_gradient("L").resize((width, height))
    parts = [Image.blend(gradient.transpose(turn), image, 0.1) for turn in (Image.Transpose.FLIP_LEFT_RIGHT,
             Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180)]
    return Image.merge("RGB", parts)


def exif(orientation=1, canary=True):
    """EXIF data with an orientation, and with the canary in a text and in the GPS block."""
    data = Image.Exif()
    data[0x0112] = orientation
    if canary:
        data[0x010E] = CANARY
        data.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: CANARY})
    return data


def xmp():
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><a>{CANARY}</a></rdf:RDF></x:xmpmeta>'.encode()


def profile():
    """The bytes of an sRGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile():
    """An sRGB profile whose red and green primaries are exchanged: who heeds it sees red where green is stored."""
    data = bytearray(profile())
    tags = {bytes(data[132 + n * 12:136 + n * 12]): 136 + n * 12 for n in range(struct.unpack(">I", data[128:132])[0])}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    data[red:red + 8], data[green:green + 8] = data[green:green + 8], data[red:red + 8]
    return bytes(data)


def chunk(kind, data, checksum=None):
    """A chunk of a PNG, with the right checksum or another."""
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png(width, height, depth, colour_type, pixels, interlaced=False, chunks=b""):
    """A PNG from its filtered rows; `chunks` stand before the pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunks + chunk(b"IDAT", zlib.compress(pixels))
            + chunk(b"IEND", b""))


def interlaced_png(image):
    """Adam7, which Pillow does not write."""
    width, height = image.size
    pixels, rows = image.load(), b""
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for y in range(y0, height, dy):
            rows += b"\0" + b"".join(bytes(pixels[x, y]) for x in range(x0, width, dx))
    return png(width, height, 8, 2, rows, interlaced=True)


def deep_png(image):
    """16 bits for each colour, which Pillow does not write."""
    width, height = image.size
    rows = b"".join(
        b"\0" + b"".join(bytes((value, value)) for value in image.crop((0, y, width, y + 1)).tobytes())
        for y in range(height))
    return png(width, height, 16, 2, rows)


def bitmap(width, height, bits, data, compression=0, colours=(), size=40, masks=b"", offset=None):
    """A BMP from its parts; masks stand where the header's version wants them."""
    table = b"".join(bytes((blue, green, red, 0)) for red, green, blue in colours)
    head = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, len(data), 0, 0, len(colours), 0)
    head += (masks + b"\0" * size)[:max(size - 40, len(masks))]
    start = 14 + len(head) + len(table) if offset is None else offset
    return struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start) + head + table + data


def run_length_bitmap():
    """256 colours in runs, with an end of each row, a piece without runs and a jump."""
    above, below = bytes((60, 0, 60, 1)), bytes((60, 2, 0, 4, 3, 3, 3, 3, 56, 3))
    return bitmap(120, 80, 8, (below + b"\0\0") * 40 + (above + b"\0\0") * 40 + b"\0\1", 1, CORNERS)


def nibble_bitmap():
    """16 colours in runs, each row an even number of pixels."""
    return bitmap(120, 80, 4, (b"\x3c\x22\x3c\x33\0\0") * 40 + (b"\x3c\x00\x3c\x11\0\0") * 40 + b"\0\1", 2, CORNERS)


def old_bitmap():
    """OS/2's header of 12 bytes and table of three bytes a colour."""
    image = quarters()
    rows = b"".join(image.crop((0, y, 120, y + 1)).tobytes("raw", "BGR") for y in reversed(range(80)))
    return struct.pack("<2sIHHIIHHHH", b"BM", 26 + len(rows), 0, 0, 26, 12, 120, 80, 1, 24) + rows


def good():
    """Every kind, by name."""
    image, tall = quarters(), quarters((80, 120))
    clear = image.convert("RGBA")
    clear.paste((0, 0, 0, 0), (50, 30, 70, 50))
    two = [image, quarters().rotate(180)]
    small = quarters((48, 48))
    samples = {
        "jpeg": Sample(saved(image, "JPEG"), "JPEG"),
        "jpeg-progressive": Sample(saved(image, "JPEG", progressive=True), "JPEG"),
        "jpeg-grey": Sample(saved(image.convert("L"), "JPEG"), "JPEG", corners=None),
        "jpeg-cmyk": Sample(saved(image.convert("CMYK"), "JPEG"), "JPEG", corners=PRINTED),
        "jpeg-large": Sample(saved(quarters((3000, 2000)), "JPEG"), "JPEG", (1024, 683)),
        "jpeg-tall": Sample(saved(quarters((700, 2100)), "JPEG"), "JPEG", (341, 1024)),
        "jpeg-and-trailing-bytes": Sample(saved(image, "JPEG") + b"more" * 100, "JPEG"),
        "jpeg-profile": Sample(saved(image, "JPEG", icc_profile=swapped_profile()), "JPEG",
                               corners=(GREEN, RED, BLUE, YELLOW)),
        "jpeg-broken-profile": Sample(saved(image, "JPEG", icc_profile=b"no profile" * 20), "JPEG"),
        "png": Sample(saved(image, "PNG")),
        "png-large": Sample(saved(quarters((3000, 2000)), "PNG"), size=(1024, 683)),
        "png-alpha": Sample(saved(clear, "PNG"), transparent=True),
        "png-palette": Sample(saved(image.quantize(4), "PNG")),
        "png-palette-alpha": Sample(saved(clear.quantize(8), "PNG"), transparent=True),
        "png-grey": Sample(saved(image.convert("L"), "PNG"), corners=None),
        "png-grey-alpha": Sample(saved(clear.convert("LA"), "PNG"), corners=None, transparent=True),
        "png-one-bit": Sample(saved(image.convert("1"), "PNG"), corners=None),
        "png-16-bit": Sample(deep_png(image)),
        "png-16-bit-grey": Sample(saved(image.convert("I;16"), "PNG"), corners=None),
        "png-interlaced": Sample(interlaced_png(image)),
        "png-1x1": Sample(saved(Image.new("RGB", (1, 1), RED), "PNG"), size=(1, 1), corners=(RED,) * 4),
        "png-of-40-megapixels": Sample(png(8000, 5000, 1, 0, b"\0" * (1001 * 5000)), size=(1024, 640),
                                       corners=((0, 0, 0),) * 4),
        "png-long-text": Sample(png(1, 1, 8, 2, b"\0" + bytes(RED), chunks=chunk(
            b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 1048576))), size=(1, 1), corners=(RED,) * 4),
        "png-harmless-text": Sample(png(1, 1, 8, 2, b"\0" + bytes(RED), chunks=chunk(
            b"tEXt", b"k\0" + b"<svgs and <htmls, PK\5\6 and " + b"%" * 1024 + b"PDF-")), size=(1, 1), corners=(RED,) * 4),
        "png-thin": Sample(saved(Image.new("RGB", (5000, 1), RED), "PNG"), size=(1024, 1), corners=(RED,) * 4),
        "png-and-trailing-bytes": Sample(saved(image, "PNG") + b"trailing bytes"),
        "png-animated": Sample(saved(image, "PNG", save_all=True, append_images=two)),
        "webp": Sample(saved(image, "WEBP"), "WEBP"),
        "webp-lossless": Sample(saved(image, "WEBP", lossless=True), "WEBP"),
        "webp-alpha": Sample(saved(clear, "WEBP"), "WEBP", transparent=True),
        "webp-animated": Sample(saved(image, "WEBP", save_all=True, append_images=two), "WEBP"),
        "webp-large": Sample(saved(quarters((3000, 2000)), "WEBP"), "WEBP", (1024, 683)),
        "gif": Sample(saved(image, "GIF")),
        "gif-animated": Sample(saved(two[0], "GIF", save_all=True, append_images=two[1:], duration=50)),
        "gif-of-1000-frames": Sample(frames_of_gif(1000), size=(1, 1), corners=((255, 0, 0),) * 4),
        "gif-alpha": Sample(saved(clear, "GIF"), transparent=True),
        "tiff": Sample(saved(image, "TIFF")),
        "tiff-lzw": Sample(saved(image, "TIFF", compression="tiff_lzw")),
        "tiff-deflate": Sample(saved(image, "TIFF", compression="tiff_adobe_deflate")),
        "tiff-jpeg": Sample(saved(image, "TIFF", compression="jpeg")),
        "tiff-cmyk": Sample(saved(image.convert("CMYK"), "TIFF"), corners=PRINTED),
        "tiff-alpha": Sample(saved(clear, "TIFF"), transparent=True),
        "tiff-16-bit-grey": Sample(saved(image.convert("I;16"), "TIFF"), corners=None),
        "tiff-pages": Sample(saved(image, "TIFF", save_all=True, append_images=[tall, small])),
        "bmp": Sample(saved(image, "BMP")),
        "bmp-palette": Sample(saved(image.quantize(4), "BMP")),
        "bmp-one-bit": Sample(saved(image.convert("1"), "BMP"), corners=None),
        "bmp-32-bit": Sample(saved(image.convert("RGBA"), "BMP")),
        "bmp-16-bit": Sample(bitmap(40, 40, 16, words(0x001F, 0x7FE0, 0x7C00, 0x03E0)), size=(40, 40), corners=FULL),
        "bmp-565": Sample(bitmap(40, -40, 16, words(0xF800, 0x07E0, 0x001F, 0xFFE0), 3,
                                 masks=struct.pack("<3I", 0xF800, 0x07E0, 0x001F)), size=(40, 40), corners=FULL),
        "bmp-v5-alpha": Sample(bitmap(120, -80, 32, clear.tobytes("raw", "BGRA"), 3, size=124,
                                      masks=struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)), transparent=True),
        "bmp-runs": Sample(run_length_bitmap()),
        "bmp-runs-of-16-colours": Sample(nibble_bitmap()),
        "bmp-os2": Sample(old_bitmap()),
        "bmp-large": Sample(saved(quarters((1500, 1000)), "BMP"), size=(1024, 683)),
        "ico-png": Sample(saved(small, "ICO", sizes=[(16, 16), (48, 48)]), size=(48, 48)),
        "ico-bmp": Sample(saved(small, "ICO", sizes=[(16, 16), (48, 48)], bitmap_format="bmp"), size=(48, 48)),
        "ico-bmp-mask": Sample(icon(masked_bitmap(), 40, 40), size=(40, 40), transparent=True,
                               corners=(RED, None, BLUE, YELLOW)),
    }
    for format in ("JPEG", "WEBP", "PNG", "TIFF"):
        for orientation, turn in STORED.items():
            stored = image if turn is None else image.transpose(turn)
            options = {"quality": 95} if format in ("JPEG", "WEBP") else {}
            data = saved(stored, format, exif=exif(orientation, canary=False), **options)
            written = format if format in ("JPEG", "WEBP") else "PNG"
            samples[f"{format.lower()}-orientation-{orientation}"] = Sample(data, written)
    return samples


def frames_of_gif(count):
    """A GIF of one pixel in so many frames, fourteen bytes each."""
    frame = b",\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0"
    return b"GIF89a\1\0\1\0\x80\0\0\xff\0\0\xff\xff\xff" + frame * count + b";"


def masked_bitmap():
    """Pixels without alpha, and a mask that hides the right upper quarter; both count from the bottom."""
    head = struct.pack("<IiiHHIIiiII", 40, 40, 80, 1, 24, 0, 0, 0, 0, 0, 0)
    image = quarters((40, 40)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return head + image.tobytes("raw", "BGR") + b"\0" * 8 * 20 + b"\0\0\x0f\xff\xff\0\0\0" * 20


def words(*quarters):
    """The rows of a picture of 40 × 40 pixels of 16 bits, by its quarters."""
    first, second, third, fourth = (struct.pack("<H", value) * 20 for value in quarters)
    return (first + second) * 20 + (third + fourth) * 20


def icon(picture, width, height, offset=22, length=None, count=1):
    """An ICO with one entry."""
    length = len(picture) if length is None else length
    return struct.pack("<HHHBBBBHHII", 0, 1, count, width, height, 0, 0, 1, 24, length, offset) + picture


def with_metadata():
    """Pictures that carry the canary and more wherever their format has room, by name."""
    image, texts = quarters(), PngImagePlugin.PngInfo()
    texts.add_text("Comment", CANARY)
    texts.add_text("Description", CANARY, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", xmp().decode())
    everything = {"exif": exif(), "icc_profile": profile()}
    return {
        "jpeg": saved(image, "JPEG", comment=CANARY, xmp=xmp(), **everything),
        "png": saved(image, "PNG", pnginfo=texts, **everything),
        "webp": saved(image, "WEBP", xmp=xmp(), **everything),
        "gif": saved(image, "GIF", comment=CANARY),
        "tiff": saved(image, "TIFF", description=CANARY, copyright=CANARY, icc_profile=profile(), exif=exif()),
        "bmp-behind": saved(image, "BMP") + CANARY.encode(),
    }
