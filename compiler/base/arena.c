// arena.c — chunks of growing size, bump allocation.
// Owns:     the chunks. Promises: see arena.h.
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST_CHUNK ((size_t)64 * 1024)
#define ARENA_MAX_CHUNK ((size_t)4 * 1024 * 1024)
#define ARENA_ALIGN ((size_t)16)

struct arena_chunk {
  arena_chunk *next;
  size_t used;
  size_t size;
  size_t padding; // keeps `bytes` aligned for every type
  unsigned char bytes[];
};

void arena_out_of_memory(void) {
  fputs("agentc: out of memory\n", stderr);
  exit(2);
}

void arena_init(arena *a) { a->head = NULL; }

void arena_fini(arena *a) { arena_rewind(a, (arena_mark){NULL, 0}); }

arena_mark arena_save(const arena *a) { return (arena_mark){a->head, a->head ? a->head->used : 0}; }

void arena_rewind(arena *a, arena_mark mark) {
  while (a->head != mark.chunk) {
    arena_chunk *next = a->head->next;
    free(a->head);
    a->head = next;
  }
  if (a->head) a->head->used = mark.used;
}

static void arena_grow(arena *a, size_t size) {
  size_t want = a->head ? a->head->size * 2 : ARENA_FIRST_CHUNK;
  if (want > ARENA_MAX_CHUNK) want = ARENA_MAX_CHUNK;
  if (want < size) want = size;
  arena_chunk *chunk = malloc(sizeof *chunk + want);
  if (!chunk) arena_out_of_memory();
  *chunk = (arena_chunk){.next = a->head, .size = want};
  a->head = chunk;
}

void *arena_alloc(arena *a, size_t size) {
  if (size > SIZE_MAX / 2) arena_out_of_memory();
  size = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
  if (size == 0) size = ARENA_ALIGN;
  if (!a->head || a->head->size - a->head->used < size) arena_grow(a, size);
  void *result = a->head->bytes + a->head->used;
  a->head->used += size;
  return memset(result, 0, size);
}

void *arena_copy(arena *a, const void *data, size_t size) {
  void *result = arena_alloc(a, size);
  if (size) memcpy(result, data, size);
  return result;
}

char *arena_strndup(arena *a, const char *text, size_t size) {
  char *result = arena_alloc(a, size + 1);
  if (size) memcpy(result, text, size);
  return result;
}

char *arena_strdup(arena *a, const char *text) { return arena_strndup(a, text, strlen(text)); }

char *arena_vprintf(arena *a, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  if (size < 0) size = 0;
  char *result = arena_alloc(a, (size_t)size + 1);
  vsnprintf(result, (size_t)size + 1, format, again);
  va_end(again);
  return result;
}

char *arena_printf(arena *a, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *result = arena_vprintf(a, format, args);
  va_end(args);
  return result;
}
