// render_json.c — diagnostics for tools: one JSON object a line.
// {"severity","code","message","file","line","column","end_line","end_column","begin","end","notes":[…],"helps":[…],"fixes":[…]}
// A note has a place of its own; a fix is {"label","edits":[{"replacement", place}…]}, whose edits belong together.
// Owns: nothing. Promises: valid JSON for any source (bytes that are not UTF-8 become U+FFFD). Lines and columns from 1;
// begin and end are byte offsets; a diagnostic without a place has no "file".
#include <string.h>

#include "diag/render.h"

void render_json_string(buf *out, const char *text) {
  const unsigned char *s = (const unsigned char *)text;
  buf clean = {0};
  while (*s) {
    uint32_t n = *s < 0x80                  ? 1
                 : *s >= 0xf0 && *s <= 0xf4 ? 4
                 : *s >= 0xe0 && *s < 0xf0  ? 3
                 : *s >= 0xc2 && *s < 0xe0  ? 2
                                            : 0;
    uint32_t i = 1;
    while (i < n && (s[i] & 0xc0) == 0x80) i++;
    if (n && i == n) {
      buf_add(&clean, s, n);
      s += n;
    } else {
      buf_adds(&clean, "\xef\xbf\xbd");
      s++;
    }
  }
  buf_add_quoted(out, buf_text(&clean), clean.size);
  buf_fini(&clean);
}

static void add_span(buf *out, const source_set *sources, span at) {
  const source *src = source_of(sources, at.file);
  if (!src) return;
  source_pos from = source_position(src, at.begin), to = source_position(src, at.end);
  buf_adds(out, ",\"file\":");
  render_json_string(out, src->name);
  buf_printf(out, ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u,\"begin\":%u,\"end\":%u", from.line,
             from.column, to.line, to.column, at.begin, at.end);
}

static void add_fix(buf *out, const source_set *sources, const diag_fix_of *fix, bool first) {
  buf_printf(out, "%s{\"label\":", first ? "" : ",");
  render_json_string(out, fix->label);
  buf_adds(out, ",\"edits\":[");
  for (uint32_t i = 0; i < fix->edits.count; i++) {
    buf_printf(out, "%s{\"replacement\":", i ? "," : "");
    render_json_string(out, fix->edits.items[i].text);
    add_span(out, sources, fix->edits.items[i].span);
    buf_addc(out, '}');
  }
  buf_adds(out, "]}");
}

void diag_render_json(const diag *d, const source_set *sources, buf *out) {
  buf_printf(out, "{\"severity\":\"%s\",\"code\":\"%s\",\"message\":", d->severity == DIAG_ERROR ? "error" : "warning",
             diag_code_name(d->code));
  render_json_string(out, d->text);
  add_span(out, sources, d->span);
  buf_adds(out, ",\"notes\":[");
  for (uint32_t i = 0; i < d->notes.count; i++) {
    buf_printf(out, "%s{\"message\":", i ? "," : "");
    render_json_string(out, d->notes.items[i].text);
    add_span(out, sources, d->notes.items[i].span);
    buf_addc(out, '}');
  }
  buf_adds(out, "],\"helps\":[");
  for (uint32_t i = 0; i < d->helps.count; i++) {
    if (i) buf_addc(out, ',');
    render_json_string(out, d->helps.items[i]);
  }
  buf_adds(out, "],\"fixes\":[");
  for (uint32_t i = 0, shown = 0; i < d->fixes.count; i++)
    if (d->fixes.items[i].edits.count && !d->fixes.items[i].impossible)
      add_fix(out, sources, &d->fixes.items[i], shown++ == 0);
  buf_adds(out, "]}\n");
}
