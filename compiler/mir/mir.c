// mir.c — the table of operations, and questions about types that lowering, passes and emitter share.
#include "mir/mir.h"

const mir_op_info mir_ops[MIR_OP_COUNT] = {
#define MIR_OP(name, text, modes, flags) {text, modes, flags},
#include "mir/ops.def"
#undef MIR_OP
};
