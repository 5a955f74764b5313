// intern.c — the table of interned strings: open addressing over arena-allocated strings.
// Owns: the slots (malloc). Promises: see intern.h.
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

void intern_init(intern *table, arena *a) { *table = (intern){.arena = a}; }

void intern_fini(intern *table) {
  free(table->slots);
  *table = (intern){0};
}

uint32_t hash_bytes(const void *data, size_t size) {
  const unsigned char *bytes = data;
  uint64_t h = 0xcbf29ce484222325U;
  for (size_t i = 0; i < size; i++) h = (h ^ bytes[i]) * 0x100000001b3U;
  return (uint32_t)(h ^ (h >> 32));
}

static void intern_rehash(intern *table) {
  uint32_t bigger = table->capacity ? table->capacity * 2 : 1024;
  const str **slots = calloc(bigger, sizeof *slots);
  if (!slots) arena_out_of_memory();
  for (uint32_t i = 0; i < table->capacity; i++) {
    if (!table->slots[i]) continue;
    uint32_t at = table->slots[i]->hash & (bigger - 1);
    while (slots[at]) at = (at + 1) & (bigger - 1);
    slots[at] = table->slots[i];
  }
  free(table->slots);
  table->slots = slots;
  table->capacity = bigger;
}

const str *str_intern(intern *table, const char *text, size_t size) {
  if (table->count * 2 >= table->capacity) intern_rehash(table);
  if (size > UINT32_MAX - 1) arena_out_of_memory();
  uint32_t hash = hash_bytes(text, size);
  uint32_t at = hash & (table->capacity - 1);
  for (const str *s; (s = table->slots[at]); at = (at + 1) & (table->capacity - 1)) {
    if (s->hash == hash && s->size == size && memcmp(s->text, text, size) == 0) return s;
  }
  str *s = arena_alloc(table->arena, sizeof *s + size + 1);
  s->size = (uint32_t)size;
  s->hash = hash;
  if (size) memcpy(s->text, text, size);
  table->slots[at] = s;
  table->count++;
  return s;
}

const str *str_intern_cstr(intern *table, const char *text) { return str_intern(table, text, strlen(text)); }

const str *str_internf(intern *table, const char *format, ...) {
  va_list args;
  va_start(args, format);
  arena_mark mark = arena_save(table->arena);
  char *text = arena_vprintf(table->arena, format, args);
  va_end(args);
  size_t size = strlen(text);
  char stack[256];
  if (size >= sizeof stack) return str_intern(table, text, size); // too long to copy out: keep the scratch
  memcpy(stack, text, size + 1);
  arena_rewind(table->arena, mark);
  return str_intern(table, stack, size);
}

bool str_is(const str *s, const char *text) { return s && strcmp(s->text, text) == 0 && strlen(text) == s->size; }
