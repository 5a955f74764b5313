// object.h — counted objects, as the rest of the runtime uses them.
// Owns:     taking apart what nothing refers to; the change from plain to atomic counts.
// Promises: taking apart does not recurse, however deep the graph: what a drop releases waits on a list of this thread,
//           linked through the dead objects' count fields.
// Does not: know agents: their end is decided where their mailbox is (agi_agent_unreachable).
#ifndef AGI_MEM_OBJECT_H
#define AGI_MEM_OBJECT_H

#include <agent/abi.h>

// Drops and frees an object nothing refers to: at once, or when the taking apart that already runs on this thread gets
// to it. For agents it ends in agi_agent_destroy.
void agi_object_reap(ag_cx *cx, ag_obj *o);

// Supplied by the actors. The count of an agent reached zero: nobody can send to it. Messages may still be on their way.
void agi_agent_unreachable(ag_cx *cx, ag_agent *a);
// Supplied by the actors. Called by agi_object_reap: drops the fields, frees the memory.
void agi_agent_destroy(ag_cx *cx, ag_agent *a);

#endif
