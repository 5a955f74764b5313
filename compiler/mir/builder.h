// builder.h — making functions, locals, blocks and instructions.
// Owns:     nothing; all memory is the program's arena.
// Promises: an instruction's operands get the modes that ops.def says ('?': borrowed, until the caller says else);
//           pointers to instructions are valid until the next one is added to the same block.
#ifndef MIR_BUILDER_H
#define MIR_BUILDER_H

#include "mir/mir.h"

mir_fn *mir_fn_new(mir_program *p, mir_fn_kind kind, const char *name);
// The set of closures of a shape (a TY_FN; capabilities and `!` do not count), made when first asked for.
mir_set *mir_set_of(mir_program *p, const type *fn);
mir_set *mir_set_new(mir_program *p, const char *name, const type *fn);
void mir_set_add(mir_program *p, mir_set *set, mir_fn *member);
uint32_t mir_local_new(mir_program *p, mir_fn *f, const type *t, const char *name);
uint32_t mir_block_new(mir_program *p, mir_fn *f);
// Appends to a block; args are copied.
mir_inst *mir_emit(mir_program *p, mir_fn *f, uint32_t block, mir_op op, uint32_t dst, const type *t,
                   const mir_operand *args, uint32_t arg_count, span at);
// An instruction with its modes set, in no block yet.
mir_inst mir_inst_make(mir_program *p, mir_op op, uint32_t dst, const type *t, const mir_operand *args,
                       uint32_t arg_count, span at);

mir_operand mir_local_operand(const mir_fn *f, uint32_t local);
mir_operand mir_int_operand(const type *t, uint64_t bits);
mir_operand mir_simple_operand(mir_operand_kind kind, const type *t);

// All successors of a terminator, in order.
uint32_t mir_term_successor_count(const mir_term *t);
uint32_t *mir_term_successor(mir_term *t, uint32_t i);

#endif
