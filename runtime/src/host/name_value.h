// name_value.h — values of calls by name, into memory and out of it, as the tables of a library say (agent/abi_host.h, ag_layout).
// Owns:     nothing.
// Promises: a value that has been checked fits; one that does not is a status. Trees of at most 64 values within each other.
#ifndef AGI_HOST_NAME_VALUE_H
#define AGI_HOST_NAME_VALUE_H

#include "host/host.h"

ag_status agi_value_check(const ag_param_info *p, const ag_value *v);
void agi_value_put(ag_cx *cx, const ag_param_info *p, void *whole,
                   const ag_value *v); // into the part p of *whole; checked
// Of its own; items in memory of rt, for which the calling thread works. AG_ERR_INVALID: there are more within each other.
ag_status agi_value_get(ag_runtime *rt, const ag_param_info *p, const void *whole, ag_value *v);

typedef void agi_given(agi_runtime *rt, void *object);
void agi_value_each_given(const ag_param_info *p, const ag_value *v, agi_runtime *rt, agi_given *f); // `iso` objects

#endif
