// render_text.c — diagnostics for people.
//   file:line:col: error[E0401]: text
//      12 |   signal b.take(data)
//         |                 ^~~~
//   file:line:col: note: text          (with its line)
//      = help: text
// Owns: nothing. Promises: lines of any length and any bytes are shown as a window of printable text.
#include <string.h>

#include "diag/render.h"

#define WINDOW 110 // columns of source shown
#define TAB_WIDTH 2

typedef struct paint {
  const char *bold, *red, *yellow, *blue, *green, *off;
} paint;

static const paint paint_on = {"\033[1m", "\033[1;31m", "\033[1;33m", "\033[1;34m", "\033[1;32m", "\033[0m"};
static const paint paint_off = {"", "", "", "", "", ""};

// Length in bytes of the code point at text[0..size), 1 for a byte that is none.
static uint32_t utf8_step(const char *text, uint32_t size) {
  unsigned char c = (unsigned char)text[0];
  uint32_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;
  if (n > size || c > 0xf4) return 1;
  for (uint32_t i = 1; i < n; i++) {
    if (((unsigned char)text[i] & 0xc0) != 0x80) return 1;
  }
  return n;
}

// The code points that terminals show in two columns, and those that take none (marks on the letter before).
static uint32_t width_of(const char *text, uint32_t step) {
  static const struct {
    uint32_t from, to, width;
  } ranges[] = {{0x0300, 0x036f, 0},   {0x1100, 0x115f, 2},   {0x200b, 0x200f, 0},   {0x20d0, 0x20ff, 0},
                {0x2e80, 0x303e, 2},   {0x3041, 0x33ff, 2},   {0x3400, 0x4dbf, 2},   {0x4e00, 0x9fff, 2},
                {0xa000, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},
                {0xfe30, 0xfe4f, 2},   {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2},
                {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2}, {0xe0100, 0xe01ef, 0}};
  const unsigned char *s = (const unsigned char *)text;
  uint32_t c = step == 4   ? (s[0] & 7u) << 18 | (s[1] & 63u) << 12 | (s[2] & 63u) << 6 | (s[3] & 63u)
               : step == 3 ? (s[0] & 15u) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u)
               : step == 2 ? (s[0] & 31u) << 6 | (s[1] & 63u)
                           : s[0];
  for (size_t i = 0; c >= 0x300 && i < sizeof ranges / sizeof *ranges; i++)
    if (c >= ranges[i].from && c <= ranges[i].to) return ranges[i].width;
  return 1;
}

// Adds one code point as it can be shown; the columns it takes.
static uint32_t add_shown(buf *out, const char *text, uint32_t step) {
  unsigned char c = (unsigned char)text[0];
  if (c == '\t') {
    buf_adds(out, "  ");
    return TAB_WIDTH;
  }
  bool c1_control = step == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0;
  if (c < 0x20 || c == 0x7f || (step == 1 && c >= 0x80) || c1_control) {
    buf_adds(out, "\xef\xbf\xbd");
    return 1;
  }
  buf_add(out, text, step);
  return width_of(text, step);
}

// Where to begin showing a long line so that `place` is in sight.
static uint32_t window_begin(const char *line, uint32_t size, uint32_t place) {
  if (size <= WINDOW || place < WINDOW - 30) return 0;
  uint32_t begin = place - 40;
  while (begin < place && ((unsigned char)line[begin] & 0xc0) == 0x80) begin++;
  return begin;
}

static void add_source(const source *src, span at, const char *colour, const paint *p, buf *out) {
  uint32_t number = source_position(src, at.begin).line, size;
  const char *line = source_line(src, number, &size);
  uint32_t start = src->lines[number - 1];
  uint32_t from = at.begin > src->size ? size : at.begin - start;
  uint32_t to = at.end > start + size ? size : at.end - start;
  uint32_t i = window_begin(line, size, from), column = 0, marked_at = 0, marked_to = 0;
  buf_printf(out, "%s%5u |%s ", p->blue, number, p->off);
  if (i > 0) {
    buf_adds(out, "...");
    column = 3;
  }
  bool seen = false;
  while (i < size && column < WINDOW) {
    if (i >= from && !seen) {
      marked_at = column;
      seen = true;
    }
    uint32_t step = utf8_step(line + i, size - i);
    column += add_shown(out, line + i, step);
    i += step;
    if (i <= to) marked_to = column;
  }
  if (!seen) marked_at = column;
  if (i < size) buf_adds(out, "...");
  buf_printf(out, "\n%s      |%s %*s%s^", p->blue, p->off, (int)marked_at, "", colour);
  for (uint32_t c = marked_at + 1; c < marked_to; c++) buf_addc(out, '~');
  buf_printf(out, "%s\n", p->off);
}

static void add_place(const source_set *sources, span at, const paint *p, buf *out) {
  const source *src = source_of(sources, at.file);
  if (!src) {
    buf_printf(out, "%sagentc: %s", p->bold, p->off);
    return;
  }
  source_pos pos = source_position(src, at.begin);
  buf_printf(out, "%s%s:%u:%u: %s", p->bold, src->name, pos.line, pos.column, p->off);
}

void diag_render_text(const diag *d, const source_set *sources, bool colour, buf *out) {
  const paint *p = colour ? &paint_on : &paint_off;
  const char *tone = d->severity == DIAG_ERROR ? p->red : p->yellow;
  add_place(sources, d->span, p, out);
  buf_printf(out, "%s%s", tone, d->severity == DIAG_ERROR ? "error" : "warning");
  if (d->code != DIAG_NO_CODE) buf_printf(out, "[%s]", diag_code_name(d->code));
  buf_printf(out, "%s: %s%s%s\n", p->off, p->bold, d->text, p->off);
  const source *src = source_of(sources, d->span.file);
  if (src) add_source(src, d->span, tone, p, out);
  for (uint32_t i = 0; i < d->notes.count; i++) {
    const diag_note_at *note = &d->notes.items[i];
    const source *where = source_of(sources, note->span.file);
    if (where) {
      add_place(sources, note->span, p, out);
      buf_printf(out, "%snote%s: %s\n", p->blue, p->off, note->text);
      add_source(where, note->span, p->blue, p, out);
    } else {
      buf_printf(out, "      %s= note%s: %s\n", p->blue, p->off, note->text);
    }
  }
  for (uint32_t i = 0; i < d->helps.count; i++) {
    buf_printf(out, "      %s= help%s: %s\n", p->green, p->off, d->helps.items[i]);
  }
}
