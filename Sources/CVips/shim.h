// libvips, for accountd-picture alone. Its operations take their options as variadic arguments, which Swift cannot call: each
// operation that the program uses has its options here. All return 0 on success, as libvips does.

#ifndef ACCOUNTD_CVIPS_SHIM_H
#define ACCOUNTD_CVIPS_SHIM_H

#include <vips/vips.h>

#include <vips/vector.h>

static inline GLogWriterOutput cvips_write_nothing(
    GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data) {
    (void) level, (void) fields, (void) count, (void) data;
    return G_LOG_WRITER_HANDLED;
}

/* What GLib would print of warnings goes nowhere. */
static inline void cvips_log_nothing(void) { g_log_set_writer_func(cvips_write_nothing, NULL, NULL); }

/* Opens an upload by the one loader that is not blocked; its first page, top to bottom, errors not overlooked. */
static inline int cvips_open(const void *bytes, size_t length, VipsImage **out) {
    *out = vips_image_new_from_buffer(
        bytes, length, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    return *out == NULL ? -1 : 0;
}

/* Decodes and shrinks in one, for the formats whose decoders can do so: at most `side` pixels long and wide, upright. */
static inline int cvips_shrink_on_load(const void *bytes, size_t length, int side, VipsImage **out) {
    return vips_thumbnail_buffer(
        (void *) bytes, length, out, side, "height", side, "size", VIPS_SIZE_DOWN,
        "option_string", "[fail_on=error]", NULL);
}

/* The same for what is open already. */
static inline int cvips_shrink(VipsImage *image, int side, VipsImage **out) {
    return vips_thumbnail_image(image, out, side, "height", side, "size", VIPS_SIZE_DOWN, NULL);
}

/* By the picture's own colour profile to sRGB. */
static inline int cvips_apply_profile(VipsImage *image, VipsImage **out) {
    return vips_icc_transform(image, out, "srgb", "embedded", TRUE, "depth", 8, NULL);
}

static inline int cvips_to_srgb(VipsImage *image, VipsImage **out) {
    return vips_colourspace(image, out, VIPS_INTERPRETATION_sRGB, NULL);
}

static inline int cvips_to_bytes(VipsImage *image, VipsImage **out) { return vips_cast_uchar(image, out, NULL); }

static inline int cvips_first_bands(VipsImage *image, int count, VipsImage **out) {
    return vips_extract_band(image, out, 0, "n", count, NULL);
}

/* Says what bare pixels are, and that they are read from top to bottom, since shrinking them so is several times faster. */
static inline VipsImage *cvips_say_srgb(VipsImage *image) {
    if (image != NULL) image->Type = VIPS_INTERPRETATION_sRGB;
    if (image != NULL) vips_image_set_int(image, VIPS_META_SEQUENTIAL, 1);
    return image;
}

/* Pixels of 8-bit sRGB, copied. */
static inline VipsImage *cvips_from_pixels(const void *pixels, size_t length, int width, int height, int bands) {
    return cvips_say_srgb(vips_image_new_from_memory_copy(pixels, length, width, height, bands, VIPS_FORMAT_UCHAR));
}

/* The same, not copied: they must stay where they are. */
static inline VipsImage *cvips_around_pixels(const void *pixels, size_t length, int width, int height, int bands) {
    return cvips_say_srgb(vips_image_new_from_memory(pixels, length, width, height, bands, VIPS_FORMAT_UCHAR));
}

static inline int cvips_write_jpeg(VipsImage *image, int quality, void **bytes, size_t *length) {
    return vips_jpegsave_buffer(image, bytes, length, "Q", quality, "optimize_coding", TRUE, "strip", TRUE, NULL);
}

static inline int cvips_write_png(VipsImage *image, void **bytes, size_t *length) {
    return vips_pngsave_buffer(image, bytes, length, "strip", TRUE, NULL);
}

static inline int cvips_write_webp(VipsImage *image, int quality, void **bytes, size_t *length) {
    return vips_webpsave_buffer(image, bytes, length, "Q", quality, "strip", TRUE, NULL);
}

#endif
