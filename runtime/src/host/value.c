// value.c — values on their way between C and agents: texts, bytes, arrays, references.
// Owns:     nothing.
// Promises: as agent/abi_host.h and agent/host.h; any thread.
#include <string.h>

#include "data/utf8.h"
#include "host/host.h"

int64_t ag_c_size(const char *s) { return (int64_t)strlen(s); }
bool ag_c_text_valid(const char *s) { return s && agi_utf8_valid(s, ag_c_size(s)); }

ag_bytes *ag_c_bytes(ag_cx *cx, const void *p, size_t size, bool val) {
  ag_bytes *b = ag_bytes_from(cx, p, (int64_t)size);
  if (val) ag_freeze(&b->h);
  return b;
}

ag_array *ag_c_array(ag_cx *cx, const void *p, size_t count, const ag_type *elem, bool val) {
  ag_array *a = ag_array_new(cx, (int64_t)count, elem);
  if (count) memcpy(a->data, p, count * elem->size);
  a->size = (ag_size)count;
  if (val) ag_freeze(&a->h);
  return a;
}

static const char *at(uint64_t address) { return (const char *)(uintptr_t)address; }

ag_str *ag__c_text(ag_cx *cx, uint64_t address) { return address ? ag_str_from_c(cx, at(address)) : NULL; }
ag_bytes *ag__c_text_bytes(ag_cx *cx, uint64_t address) {
  return ag_bytes_from(cx, at(address), address ? ag_c_size(at(address)) : 0);
}

ag_blob ag_c_blob(const ag_bytes *b, bool lent) {
  return (ag_blob){.data = b->data, .size = (size_t)b->size, .owner = lent ? NULL : (void *)(uintptr_t)b};
}

void *ag_c_keep(const void *o) {
  void *p = (void *)(uintptr_t)o;
  ag_retain_opt(p);
  return p;
}

void ag_c_release(ag_runtime *rt, const void *o) {
  if (!o) return;
  ag_cx *cx = ag_enter_late(rt);
  ag_release(cx, (void *)(uintptr_t)o);
  ag_leave(cx);
}

// What C has of a String is its bytes.
void ag_text_free(ag_runtime *rt, const char *text) {
  if (text) ag_c_release(rt, AGI_CONTAINER_OF(text, ag_str, bytes));
}

void ag_array_free(ag_runtime *rt, void *owner) { ag_c_release(rt, owner); }
void ag_blob_free(ag_runtime *rt, ag_blob blob) { ag_c_release(rt, blob.owner); }
