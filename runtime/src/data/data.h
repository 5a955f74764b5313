// data.h — what the files of this folder share, and what the rest of the runtime may use of them.
// Does not: repeat abi_data.h.
#ifndef AGI_DATA_DATA_H
#define AGI_DATA_DATA_H

#include <agent/abi.h>

ag_str *agi_str_empty(void);
ag_str *agi_str_retained(ag_str *s);
ag_str *agi_str_from(ag_cx *cx, const char *text); // of a C string; bytes that are not UTF-8 become U+FFFD

// The runtime's own errors without fields of their own, LeaseHeld too (detail: who holds it).
typedef struct agi_error {
  ag_error e;
  ag_str *detail; // shown after the words, or NULL
} agi_error;
// Makes an error without raising it; detail is copied, or NULL.
ag_obj *agi_error_new(ag_cx *cx, const ag_class *cls, const char *detail, const char *file, uint32_t line);

// Copies one slot, or the arguments of a message: most are 8 bytes.
static inline void agi_slot_copy(void *to, const void *from, uint32_t size) {
  if (size == 8) memcpy(to, from, 8);
  else if (size == 16) memcpy(to, from, 16);
  else memcpy(to, from, size);
}

#endif
