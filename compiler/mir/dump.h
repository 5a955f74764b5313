// dump.h — MIR as text, for --emit=ir and tests.
// Promises: deterministic; one line per local, instruction and terminator.
#ifndef MIR_DUMP_H
#define MIR_DUMP_H

#include "base/buf.h"
#include "mir/mir.h"

void mir_dump(buf *out, const mir_program *p);
void mir_dump_fn(buf *out, const mir_fn *f);

#endif
