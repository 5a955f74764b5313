// ast_stores.c — where the variables of a file are given new values, by name and place in the text: noted while the tree is built.
// Promises: asking about a piece of text is O(log n). A name is no variable yet: another one of the same name counts as well.
#include "base/vec.h"
#include "syntax/ast_build_internal.h"

typedef struct store_list {
  VEC(uint32_t) ends; // of each store, ascending: what is inside of another is built first
} store_list;

void ast_note_store(parser *p, const ast_expr *target, bool is_statement, span at) {
  if (target->kind != AST_EXPR_NAME || at.file == 0) return;
  map *m = is_statement ? &p->file->assigned : &p->file->taken;
  if (!m->arena) map_init(m, p->arena);
  store_list *l = map_get(m, target->u.name);
  if (!l) {
    l = ARENA_NEW(p->arena, store_list);
    map_put(m, target->u.name, l);
  }
  VEC_PUSH(p->arena, &l->ends, at.end);
}

static bool stored_in(const map *m, const str *name, span at) {
  const store_list *l = m->arena ? map_get(m, name) : NULL;
  uint32_t lo = 0, hi = l ? l->ends.count : 0;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (l->ends.items[mid] <= at.begin) lo = mid + 1;
    else hi = mid;
  }
  return l && lo < l->ends.count && l->ends.items[lo] <= at.end;
}

bool ast_is_taken(const ast_file *f, const str *name, span at) {
  return !f->stores_known || stored_in(&f->taken, name, at);
}

bool ast_is_stored(const ast_file *f, const str *name, span at) {
  return !f->stores_known || stored_in(&f->assigned, name, at) || ast_is_taken(f, name, at);
}
