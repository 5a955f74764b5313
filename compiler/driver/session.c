// session.c — begin and end of a session. Owns, Promises: as session.h.
#include "driver/session.h"

void session_init(session *s) {
  *s = (session){0};
  arena_init(&s->arena);
  intern_init(&s->names, &s->arena);
  source_set_init(&s->sources, &s->arena);
  diag_sink_init(&s->diags, &s->arena, &s->sources);
  s->types = type_table_new(&s->arena);
}

void session_fini(session *s) {
  intern_fini(&s->names);
  arena_fini(&s->arena);
}
