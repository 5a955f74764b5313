// render.c — the order and number of what is shown. Owns: nothing. Promises: see render.h.
#include "diag/render.h"

static void render_summary(uint32_t shown, uint32_t total, buf *out) {
  if (shown < total) buf_printf(out, "agentc: %u more errors are not shown\n", total - shown);
}

void diag_render(diag_sink *sink, const source_set *sources, diag_options options, FILE *out) {
  diag_sort(sink);
  uint32_t limit = options.limit ? options.limit : DIAG_DEFAULT_LIMIT, shown = 0, total = 0;
  buf text = {0};
  for (uint32_t i = 0; i < sink->all.count; i++) {
    const diag *d = sink->all.items[i];
    if (d->severity == DIAG_ERROR && ++total > limit) continue;
    if (options.json) diag_render_json(d, sources, &text);
    else diag_render_text(d, sources, options.colour, &text);
    if (d->severity == DIAG_ERROR) shown++;
  }
  if (!options.json) render_summary(shown, total, &text);
  fwrite(buf_text(&text), 1, text.size, out);
  fflush(out);
  buf_fini(&text);
}
