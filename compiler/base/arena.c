// arena.c — chunks of growing size, bump allocation.
// Owns:     the chunks. Promises: see arena.h.
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ARENA_FIRST_CHUNK ((size_t)64 * 1024)
#define ARENA_MAX_CHUNK ((size_t)4 * 1024 * 1024)
#define ARENA_HUGE_PAGE ((size_t)2 * 1024 * 1024)
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

// Memory for a chunk of at least `*whole` bytes, and how much it is. Large ones are asked for in huge pages: what a compiler allocates it
// also fills, and the faults for small pages were a third of its time on 10,000 lines.
static arena_chunk *new_chunk(size_t *whole) {
  if (*whole < ARENA_HUGE_PAGE || *whole > SIZE_MAX - ARENA_HUGE_PAGE) return malloc(*whole);
  *whole = (*whole + ARENA_HUGE_PAGE - 1) & ~(ARENA_HUGE_PAGE - 1);
  arena_chunk *chunk = aligned_alloc(ARENA_HUGE_PAGE, *whole);
#ifdef MADV_HUGEPAGE
  if (chunk) (void)madvise(chunk, *whole, MADV_HUGEPAGE); // advice: refused, the chunk is as good
#endif
  return chunk;
}

static void arena_grow(arena *a, size_t size) {
  size_t want = a->head ? a->head->size * 2 : ARENA_FIRST_CHUNK;
  if (want > ARENA_MAX_CHUNK) want = ARENA_MAX_CHUNK;
  if (want < size) want = size;
  size_t whole = sizeof(arena_chunk) + want;
  arena_chunk *chunk = new_chunk(&whole);
  if (!chunk) arena_out_of_memory();
  *chunk = (arena_chunk){.next = a->head, .size = whole - sizeof *chunk};
  a->head = chunk;
}

// As arena_alloc; what is in it is not zero.
static void *arena_reserve(arena *a, size_t size) {
  if (size > SIZE_MAX / 2) arena_out_of_memory();
  size = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
  if (size == 0) size = ARENA_ALIGN;
  if (!a->head || a->head->size - a->head->used < size) arena_grow(a, size);
  void *result = a->head->bytes + a->head->used;
  a->head->used += size;
  return result;
}

void *arena_alloc(arena *a, size_t size) { return memset(arena_reserve(a, size), 0, size); }

void *arena_copy(arena *a, const void *data, size_t size) {
  void *result = arena_reserve(a, size);
  if (size) memcpy(result, data, size);
  return result;
}

char *arena_strndup(arena *a, const char *text, size_t size) {
  char *result = arena_reserve(a, size + 1);
  if (size) memcpy(result, text, size);
  result[size] = 0;
  return result;
}

char *arena_strdup(arena *a, const char *text) { return arena_strndup(a, text, strlen(text)); }

char *arena_vprintf(arena *a, const char *format, va_list args) {
  // Most texts fit in what the chunk has left: written there at once, and kept. Only the others are written twice.
  size_t room = a->head ? a->head->size - a->head->used : 0;
  char *free_place = room ? (char *)a->head->bytes + a->head->used : NULL;
  va_list again;
  va_copy(again, args);
  int written = vsnprintf(free_place, room, format, args);
  size_t size = written < 0 ? 0 : (size_t)written;
  char *result = arena_reserve(a, size + 1);
  if (written < 0) result[0] = 0;
  else if (result != free_place) vsnprintf(result, size + 1, format, again);
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
