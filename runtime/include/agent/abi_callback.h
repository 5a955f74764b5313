// abi_callback.h — callbacks and texts of C as generated code sees them: natives of the prelude's `Callback` and `CStr`.
// Owns:     their prototypes.
// Promises: as abi_data.h, "Natives".
// Does not: say how C calls them: grammar/REFERENCE.md, "C calls back".
#ifndef AGENT_ABI_CALLBACK_H
#define AGENT_ABI_CALLBACK_H

typedef struct ag_callback ag_callback; // counted; dropping it ends nothing

// A function for C that signals the running agent's behaviour of that index. kinds: a letter for each of its parameters (host/callback.c).
// Raises OutOfMemory. Until it is closed, or the agent has stopped, something may come from outside: the run does not end.
ag_callback *ag__callback(ag_cx *cx, int64_t behaviour, ag_str *kinds);
uint64_t ag_callback_address(ag_cx *cx, ag_callback *c); // of the function; 0: closed
uint64_t ag_callback_user(ag_cx *cx, ag_callback *c);
void ag_callback_close(ag_cx *cx, ag_callback *c);

// Copies of a text that ends in a NUL. 0: NULL, and no bytes. The first raises BadConversion if it is not UTF-8.
ag_str *ag__c_text(ag_cx *cx, uint64_t address);
ag_bytes *ag__c_text_bytes(ag_cx *cx, uint64_t address);

#endif
