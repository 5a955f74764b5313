// emit_fold.c — temporaries that become part of the expression that reads them.
// Owns:     which temporaries those are, and their expressions until they are read.
// Promises: nothing is evaluated more often than before, but for simple loads; nothing that could change an expression's value
//           comes between the place where it stood and the one where it is written.
// Does not: matter to an optimising compiler. TinyCC compiles half the text, and keeps in registers what was in memory.
#include <string.h>

#include "emit/fn.h"

enum { MAX_TEXT = 160, SIMPLE_TEXT = 64 };

// ---- candidates -------------------------------------------------------------------------------------------------
typedef struct census {
  uint32_t defs, uses, def_block, use_block;
} census;

static void count_use(census *c, uint32_t local, uint32_t block) {
  if (local == MIR_NONE) return;
  c[local].uses++;
  c[local].use_block = block;
}

static void take_census(const mir_fn *f, census *c) {
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    const mir_block *x = &f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *in = &x->insts.items[k];
      for (uint32_t u = 0; u < mir_use_count(in); u++) count_use(c, mir_use(in, u), b);
      if (in->dst == MIR_NONE) continue;
      c[in->dst].defs++;
      c[in->dst].def_block = b;
    }
    if (mir_is_local(&x->term.value)) count_use(c, x->term.value.local, b);
  }
}

void fold_init(fn *s) {
  const mir_fn *f = s->f;
  arena *a = s->e->arena;
  uint32_t n = f->locals.count + 1;
  s->folds = ARENA_ARRAY(a, folded, n);
  s->once = ARENA_ARRAY(a, bool, n);
  s->pending = ARENA_ARRAY(a, uint32_t, n);
  s->fold_dst = MIR_NONE;
  if (s->e->checked) return; // each temporary is there to be looked at
  census *c = ARENA_ARRAY(a, census, n);
  take_census(f, c);
  for (uint32_t i = f->param_count; i < f->locals.count; i++) {
    const mir_local *l = &f->locals.items[i];
    if (l->name || l->saved || l->by_ref || l->kind != MIR_LOCAL_VALUE) continue;
    if (c[i].defs != 1 || c[i].uses != 1 || c[i].def_block != c[i].use_block) continue;
    ctype *ct = ctype_of(s->e, l->type);
    s->once[i] = (ct->rep == REP_SCALAR && l->type->kind != TY_RANGE) || (ct->rep == REP_PTR && l->borrowed);
  }
}

// ---- which instructions ---------------------------------------------------------------------------------------------
static bool scalar_operands(fn *s, const mir_inst *in) {
  for (uint32_t i = 0; i < in->arg_count; i++) {
    ctype *ct = operand_type(s, &in->args[i]);
    if (ct->rep != REP_SCALAR || ct->type->kind == TY_RANGE) return false;
  }
  return true;
}

// It has no effect, cannot raise, and is written as one expression.
static bool is_expression(fn *s, const mir_inst *in) {
  if (in->on_error != MIR_NO_ERROR) return false;
  switch ((int)in->op) {
  case MIR_LOAD:
  case MIR_SIZE:
  case MIR_IS_SOME:
  case MIR_TAG:
  case MIR_UNWRAP:
  case MIR_RANGE_FROM:
  case MIR_RANGE_TO:
  case MIR_SAME: return true;
  case MIR_ADD:
  case MIR_SUB:
  case MIR_MUL:
  case MIR_DIV: return true;
  case MIR_NEG: return type_is_float(in->type);
  case MIR_CONVERT: return in->aux.wrap;
  case MIR_DIV_POS:
  case MIR_MOD_POS:
  case MIR_ADD_WRAP:
  case MIR_SUB_WRAP:
  case MIR_MUL_WRAP:
  case MIR_BITAND:
  case MIR_BITOR:
  case MIR_BITXOR:
  case MIR_BITNOT:
  case MIR_NOT:
  case MIR_EQ:
  case MIR_NE:
  case MIR_LT:
  case MIR_LE:
  case MIR_GT:
  case MIR_GE: return scalar_operands(s, in);
  default: return false;
  }
}

// How often a reader writes its operands: once; several times, so that only simple ones may be folded into it; or in an order, or
// by address, that forbids it.
typedef enum reading { READS_ONCE, READS_OFTEN, READS_APART } reading;

static reading how_it_reads(fn *s, const mir_inst *in) {
  if (in->suspends) return READS_APART;
  if (is_expression(s, in)) return READS_ONCE;
  switch ((int)in->op) {
  case MIR_MOVE:
  case MIR_STORE_INIT:
  case MIR_PRINT: return READS_ONCE;
  case MIR_STORE: return ctype_of(s->e, in->place->type)->counted ? READS_OFTEN : READS_ONCE;
  case MIR_NEW:
  case MIR_STRUCT:
  case MIR_TUPLE:
  case MIR_VARIANT:
  case MIR_MSG: return READS_ONCE;
  case MIR_CALL: return in->place ? READS_APART : READS_ONCE;
  case MIR_CLOSURE: return READS_ONCE;
  case MIR_MUL:
  case MIR_DIV:
  case MIR_MOD: return READS_ONCE;
  case MIR_ADD:
  case MIR_SUB:
  case MIR_CHECK_INDEX: return READS_OFTEN;
  default: return READS_APART;
  }
}

// ---- writing ----------------------------------------------------------------------------------------------------
static void materialize(fn *s, uint32_t local) {
  const char *value = s->folds[local].text;
  s->folds[local].text = s->folds[local].raw = NULL;
  s->folds[local].pending = false;
  s->written[local] = s->read[local] = true;
  put(s, "  %s = %s;\n", s->names[local], value);
}

void fold_flush(fn *s) {
  for (uint32_t i = 0; i < s->pending_count; i++)
    if (s->folds[s->pending[i]].pending) materialize(s, s->pending[i]);
  s->pending_count = 0;
}

static bool uses(const mir_inst *in, uint32_t local) {
  for (uint32_t u = 0; u < mir_use_count(in); u++)
    if (mir_use(in, u) == local) return true;
  return false;
}

static bool depends_on(const folded *p, uint32_t local) {
  for (uint32_t i = 0; i < p->input_count; i++)
    if (p->inputs[i] == local) return true;
  return false;
}

// Does the reader take the expression as it stands?
static bool fits(fn *s, const mir_inst *in, uint32_t local, reading how) {
  const folded *p = &s->folds[local];
  if (!uses(in, local) || how == READS_APART) return false;
  if (how == READS_OFTEN && !p->simple) return false;
  bool at_once =
      in->op == MIR_MOVE || is_expression(s, in); // others write their result before they read the last operand
  return at_once || in->dst == MIR_NONE || !depends_on(p, in->dst);
}

void fold_before_term(fn *s, const mir_term *t) {
  for (uint32_t i = 0; i < s->pending_count; i++) {
    folded *p = &s->folds[s->pending[i]];
    if (p->pending && mir_is_local(&t->value) && t->value.local == s->pending[i]) p->pending = false;
    else if (p->pending) materialize(s, s->pending[i]);
  }
  s->pending_count = 0;
}

bool fold_before(fn *s, const mir_inst *in) {
  reading how = how_it_reads(s, in);
  bool fold = in->dst != MIR_NONE && s->once[in->dst] && is_expression(s, in);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < s->pending_count; i++) {
    uint32_t local = s->pending[i];
    folded *p = &s->folds[local];
    if (!p->pending) continue;
    bool read = uses(in, local);
    if (read && fits(s, in, local, how)) p->pending = false;
    else if (read || !fold) materialize(s, local);
    else s->pending[kept++] = local;
  }
  s->pending_count = kept;
  s->fold_dst = fold ? in->dst : MIR_NONE;
  return fold;
}

static void add_input(folded *p, uint32_t local, bool *full) {
  if (depends_on(p, local)) return;
  if (p->input_count == sizeof p->inputs / sizeof *p->inputs) *full = true;
  else p->inputs[p->input_count++] = local;
}

void fold_take(fn *s, const mir_inst *in, const char *value) {
  folded *p = &s->folds[in->dst];
  bool full = strlen(value) > MAX_TEXT;
  for (uint32_t u = 0; u < mir_use_count(in); u++) {
    uint32_t local = mir_use(in, u);
    if (local == MIR_NONE) continue;
    const folded *q = &s->folds[local];
    if (!q->text) add_input(p, local, &full);
    for (uint32_t i = 0; q->text && i < q->input_count; i++) add_input(p, q->inputs[i], &full);
  }
  bool postfix = in->op == MIR_LOAD || in->op == MIR_SIZE || in->op == MIR_TAG || in->op == MIR_RANGE_FROM ||
                 in->op == MIR_RANGE_TO;
  p->simple = postfix && strlen(value) <= SIMPLE_TEXT;
  p->raw = value;
  p->text = postfix ? value : text(s, "(%s)", value);
  p->pending = true;
  s->pending[s->pending_count++] = in->dst;
  if (full) { // it has become too long, or reads too much to keep an eye on
    materialize(s, in->dst);
    s->pending_count--;
  }
}
