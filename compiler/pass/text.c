// text.c — `for word in line.split(" ")`: a piece that the body only looks at need not become a String.
// Owns:     the choice between STR_PIECE (a String each round, in the same memory if that is free) and STR_TEXT (bytes where they are).
// Promises: STR_TEXT only where every use of the piece can do with bytes: what takes_text says, the emitter knows how to write.
// Does not: see to it that the string outlives the piece: pass borrow, which makes the local a MIR_LOCAL_TEXT then.
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

typedef struct local_facts {
  uint32_t defs, empties; // empties: definitions that are `move ""`
  bool is_string_only;    // some use needs a String
  uint32_t loads;         // of it as a whole
} local_facts;

static bool is_string(const type *t) { return t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING; }

// ---- uses ------------------------------------------------------------------------------------------------------------------
static bool native_takes_text(const mir_inst *i, uint32_t arg) {
  static const struct {
    const char *symbol;
    uint32_t arg;
  } natives[] = {
      {"ag_str_is_empty", 0}, {"ag_str_size", 0}, {"ag_map_get", 1}, {"ag_map_contains", 1}, {"ag_set_contains", 1},
  };
  if (i->aux.call.callee || i->aux.call.fn->kind != FN_NATIVE || !i->aux.call.fn->symbol) return false;
  for (size_t k = 0; k < sizeof natives / sizeof *natives; k++)
    if (natives[k].arg == arg && strcmp(natives[k].symbol, i->aux.call.fn->symbol) == 0) return true;
  return false;
}

static bool interp_takes_text(const mir_inst *i, uint32_t arg) {
  for (uint32_t k = 0, n = 0; k < i->aux.interp.count; k++) {
    const hir_part *p = &i->aux.interp.parts[k];
    if (p->e && n++ == arg) return !p->format || !*p->format;
  }
  return false;
}

static bool takes_text(const mir_inst *i, uint32_t arg) {
  switch ((int)i->op) {
  case MIR_SIZE:
  case MIR_PRINT:
  case MIR_STR_PIECE_END:
  case MIR_STR_LINE_CUT:
  case MIR_STR_TEXT: return arg == 0;
  case MIR_STR_PIECE:
  case MIR_MAP_GET: return arg == 1;
  case MIR_MAP_SET: return arg == 1 && i->args[1].mode == MIR_BORROW;
  case MIR_EQ:
  case MIR_NE: return true;
  case MIR_INTERP: return interp_takes_text(i, arg);
  case MIR_CALL: return native_takes_text(i, arg);
  default: return false;
  }
}

static void look(local_facts *facts, const mir_inst *i) {
  if (i->dst != MIR_NONE) {
    facts[i->dst].defs++;
    facts[i->dst].empties += i->op == MIR_MOVE && i->args[0].kind == MIR_OPERAND_STR && i->args[0].str.size == 0;
  }
  for (uint32_t a = 0; a < i->arg_count; a++) {
    const mir_operand *o = &i->args[a];
    if (!mir_is_local(o) || (i->op == MIR_STR_PIECE && a == 0)) continue;
    if (!is_string(o->type) || !takes_text(i, a)) facts[o->local].is_string_only = true;
  }
  if (!i->place) return;
  bool whole = i->op == MIR_LOAD && i->place->step_count == 0;
  facts[i->place->base].loads += whole;
  facts[i->place->base].is_string_only |= !whole;
}

// ---- pieces ----------------------------------------------------------------------------------------------------------------
// `piece = str_piece move piece, …; seen = load [piece]`, nobody else knows of piece, and seen is only looked at.
static bool is_only_looked_at(const mir_fn *f, const local_facts *facts, const mir_block *x, uint32_t k) {
  const mir_inst *i = &x->insts.items[k], *load = i + 1;
  if (i->op != MIR_STR_PIECE || k + 1 == x->insts.count || load->op != MIR_LOAD) return false;
  uint32_t piece = i->dst, seen = load->dst;
  if (!mir_is_local(&i->args[0]) || i->args[0].local != piece || load->place->base != piece) return false;
  if (piece < f->param_count || seen < f->param_count || f->locals.items[seen].kind != MIR_LOCAL_VALUE) return false;
  const local_facts *p = &facts[piece], *s = &facts[seen];
  bool own = p->defs == 2 && p->empties == 1 && p->loads == 1 && !p->is_string_only;
  return own && s->defs == 1 && s->loads == 0 && !s->is_string_only;
}

static void become_texts(mir_program *p, mir_fn *f, const local_facts *facts, mir_block *x, bool *gone) {
  uint32_t out = 0;
  for (uint32_t k = 0; k < x->insts.count; k++) {
    mir_inst *i = &x->insts.items[k];
    if (is_only_looked_at(f, facts, x, k)) {
      gone[i->dst] = true;
      mir_inst seen = mir_inst_make(p, MIR_STR_TEXT, i[1].dst, i->type, i->args + 1, 3, i->span);
      seen.on_error = MIR_NO_ERROR;
      x->insts.items[out++] = seen;
      k++;
    } else {
      if (out != k) x->insts.items[out] = *i;
      out++;
    }
  }
  x->insts.count = out;
}

static void remove_definitions(mir_block *x, const bool *gone) {
  uint32_t out = 0;
  for (uint32_t k = 0; k < x->insts.count; k++) {
    uint32_t dst = x->insts.items[k].dst;
    if (dst == MIR_NONE || !gone[dst]) x->insts.items[out++] = x->insts.items[k];
  }
  x->insts.count = out;
}

static bool has_pieces(const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++)
      if (f->blocks.items[b].insts.items[k].op == MIR_STR_PIECE) return true;
  return false;
}

void pass_text(mir_program *p, mir_fn *f) {
  if (!has_pieces(f)) return;
  arena scratch;
  arena_init(&scratch);
  local_facts *facts = ARENA_ARRAY(&scratch, local_facts, f->locals.count + 1);
  bool *gone = ARENA_ARRAY(&scratch, bool, f->locals.count + 1);
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    const mir_block *x = &f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) look(facts, &x->insts.items[k]);
    if (mir_is_local(&x->term.value)) facts[x->term.value.local].is_string_only = true;
  }
  for (uint32_t b = 0; b < f->blocks.count; b++) become_texts(p, f, facts, &f->blocks.items[b], gone);
  for (uint32_t b = 0; b < f->blocks.count; b++) remove_definitions(&f->blocks.items[b], gone);
  arena_fini(&scratch);
}
