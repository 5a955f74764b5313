// render.h — shows what a sink holds: as text for people, as JSON for tools.
// Owns:     nothing. Promises: sorted, without doubles, at most `limit` errors; one write per call, so that output of
//           several processes does not mix. Does not: decide about the exit status.
#ifndef DIAG_RENDER_H
#define DIAG_RENDER_H

#include <stdio.h>

#include "base/buf.h"
#include "base/source.h"
#include "diag/diag.h"

#define DIAG_DEFAULT_LIMIT 100

typedef struct diag_options {
  bool json;
  bool colour;    // text only
  uint32_t limit; // of errors shown; 0: DIAG_DEFAULT_LIMIT
} diag_options;

void diag_render(diag_sink *sink, const source_set *sources, diag_options options, FILE *out);
// The parts, for tests and other outputs.
void diag_render_text(const diag *d, const source_set *sources, bool colour, buf *out);
void diag_render_json(const diag *d, const source_set *sources, buf *out);
// Bytes as a JSON string; what is not UTF-8 is replaced.
void render_json_string(buf *out, const char *text);

#endif
