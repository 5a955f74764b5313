// dump.h — MIR as text, for --emit=ir and tests.
// Promises: deterministic; one line per local, instruction and terminator.
#ifndef MIR_DUMP_H
#define MIR_DUMP_H

#include "base/buf.h"
#include "mir/mir.h"

void mir_dump(const mir_program *p, buf *out);
void mir_dump_fn(const mir_program *p, const mir_fn *f, buf *out);

#endif
