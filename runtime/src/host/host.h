// host.h — what is shared by the files that let C programs use a runtime: life.c, call.c, reply.c.
// Owns:     nothing.
// Promises: see agent/host.h and agent/abi_host.h; worker.h has the access table.
#ifndef AGI_HOST_HOST_H
#define AGI_HOST_HOST_H

#include <agent/abi_host.h>

#include "actor/worker.h"

// Constants of a module: the first runtime that uses it makes them, the last takes them with it (module.c).
bool agi_module_known(agi_runtime *rt, const ag_module *m);
void agi_module_use(agi_runtime *rt, ag_module *m);
void agi_modules_leave(agi_runtime *rt);

ag_status agi_refusal(agi_runtime *rt); // why a call from outside is not taken any more
// The status that stands for an error; others are AG_ERR_FAILED. Its text is remembered by the calling thread.
ag_status agi_status_of(ag_cx *cx, ag_obj *err);
enum { AGI_ERROR_TEXT = 256 }; // bytes of it, at most, with its end
void agi_error_text_set(const char *text);

#endif
