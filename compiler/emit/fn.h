// fn.h — what the files that emit one function's body share.
// Owns:     the function's text and what is known of its labels and locals.
// Promises: internal to compiler/emit. An instruction becomes statements; operands become expressions without side effects.
#ifndef EMIT_FN_H
#define EMIT_FN_H

#include "emit/emitter.h"

// A temporary that is set once and read once in the same block, by something without effects: its expression is written where
// it is read, and the temporary never exists.
typedef struct folded {
  const char *text;   // NULL: not folded
  const char *raw;    // without parentheses
  uint32_t inputs[6]; // locals it reads
  uint32_t input_count;
  bool pending; // not yet read
  bool simple;  // may be written several times
} folded;

typedef struct fn {
  emitter *e;
  const mir_fn *f;
  buf *b;               // where statements go
  const char **names;   // of locals
  const char *frame;    // "struct fr_…", or NULL: does not suspend
  bool *label_used;     // by block
  bool *read, *written; // by local
  bool fail_used, behaviour, calls_suspending, steps;
  bool saves_all;      // every suspension saves every saved local, in one place
  uint32_t file, line; // of the last #line
  bool *once;          // by local: may be folded
  folded *folds;       // by local
  uint32_t *pending;   // locals whose expression waits for its reader, oldest first
  uint32_t pending_count;
  buf objects; // on the C stack: their declarations
  uint32_t object_count;
  uint32_t lookups;  // variables that keep where a value was found (mir_inst.lookup)
  uint32_t fold_dst; // of the instruction being folded, else MIR_NONE
} fn;

void put(fn *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *text(fn *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

// ---- operands and places (emit_operand.c) ----
const mir_local *local_of(fn *s, uint32_t i);
ctype *local_type(fn *s, uint32_t i);
const char *local_expr(fn *s, uint32_t i);
const char *operand(fn *s, const mir_operand *o); // an expression
const char *operand_of(fn *s, const mir_operand *o,
                       ctype *want); // the same, as a value of that type (none has no type of its own)
ctype *operand_type(fn *s, const mir_operand *o);
const char *slot(fn *s, const mir_operand *o);   // an expression of pointer type: to a copy, or to a local struct
const char *lvalue(fn *s, const mir_operand *o); // an expression that `&` may stand before
const char *place(fn *s, const mir_place *p);    // an lvalue
const char *constant(fn *s, const mir_operand *o, ctype *want); // for static data too; NULL: not a constant
const char *at(fn *s, const mir_inst *in);                      // "file_1, 12": for calls that raise

// Where an error goes: "goto b7;" and the like. "" when the instruction cannot raise.
const char *edge(fn *s, uint32_t on_error);
void goto_block(fn *s, uint32_t block);
void line(fn *s, span at); // a #line, if it is another one
// After something that may have set cx->err.
void check_error(fn *s, const mir_inst *in, bool native);
// After `step = …`: where to go when it is not done.
void check_step(fn *s, const mir_inst *in, bool native);
bool is_on_stack(const fn *s, const mir_inst *in);
// The new object of NEW or CLOSURE on the C stack (its name): its header is set, the rest zeroed if asked for.
const char *object_on_stack(fn *s, const mir_inst *in, const char *c_struct, const char *header, const char *cls,
                            bool zeroed);
void put_dst(fn *s, const mir_inst *in, const char *value); // dst = value; nothing without dst

// ---- checks (emit_check.c): nothing unless asked for ----
void check_before(fn *s, const mir_inst *in);
void check_after(fn *s, const mir_inst *in);
void check_received(fn *s, uint32_t local); // an argument that has left its message

// ---- folding (emit_fold.c) ----
void fold_init(fn *s);
// Before an instruction is written: true if it becomes an expression; else what must not wait any longer is written.
bool fold_before(fn *s, const mir_inst *in);
void fold_take(fn *s, const mir_inst *in, const char *value); // its expression
void fold_before_term(fn *s, const mir_term *t);
void fold_flush(fn *s);

// ---- instructions, by category ----
void inst_emit(fn *s, const mir_inst *in);
bool inst_arith(fn *s, const mir_inst *in);
bool inst_value(fn *s, const mir_inst *in);
bool inst_data(fn *s, const mir_inst *in);
bool inst_agent(fn *s, const mir_inst *in);
bool inst_text(fn *s, const mir_inst *in); // pieces of strings (emit_text.c)
bool inst_map(fn *s, const mir_inst *in);  // emit_map.c
bool inst_native_inline(fn *s,
                        const mir_inst *in); // natives that need no call through descriptors, or that take a text
// ---- texts: parts of strings that are looked at where they are (emit_text.c) ----
bool is_text(fn *s, const mir_operand *o);
const char *bytes_of(fn *s, const mir_operand *o);    // two expressions: the bytes of a String or text, and how many
bool inst_topology(fn *s, const mir_inst *in);        // emit_topology.c
const char *spawn_options(fn *s, const mir_spawn *o); // an ag_mailbox_options or NULL; opens a block in C
// ---- literals (emit_table.c) ----
bool array_of_constants(fn *s, const mir_inst *in, ctype *elem);
// An array or map and the constant elements that are put into it right after: how many instructions are written; 0: none.
uint32_t inst_table(fn *s, const mir_inst *in, uint32_t left);

// INTERP, PRINT, RELEASE of one text: true if `in` is the first of them, and all three are written.
bool inst_print_built(fn *s, const mir_inst *in, uint32_t left);
void inst_extern(fn *s, const mir_inst *in); // emit_extern.c: a call of a function of C
void inst_call(fn *s, const mir_inst *in);
bool inst_waiting(fn *s, const mir_inst *in); // a native that waits (emit_channel.c)
// The C function of a native: perhaps an inline one, which takes one more argument, *last (else "").
const char *native_name(fn *s, const mir_inst *in, const char **last);
bool in_library(fn *s, const mir_fn *f); // what it raises has no place yet
bool inst_interface(fn *s, const mir_inst *in);
bool inst_closure(fn *s, const mir_inst *in); // making function values, and calls of what is not known by name

#endif
