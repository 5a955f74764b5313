// arena.h — memory that is given back all at once.
// Owns:     a list of chunks; everything allocated lives until arena_fini or arena_rewind.
// Promises: results are zeroed and aligned for any type; running out of memory ends the process with a clear line,
//           so callers never test for NULL.
// Does not: free single objects.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct arena_chunk arena_chunk;

typedef struct arena {
  arena_chunk *head;
} arena;

// A point in time: arena_rewind gives back all that was allocated after it.
typedef struct arena_mark {
  arena_chunk *chunk;
  size_t used;
} arena_mark;

void arena_init(arena *a);
void arena_fini(arena *a);
arena_mark arena_save(const arena *a);
void arena_rewind(arena *a, arena_mark mark);

void *arena_alloc(arena *a, size_t size);
void *arena_copy(arena *a, const void *data, size_t size);
// A NUL-terminated copy of `size` bytes.
char *arena_strndup(arena *a, const char *text, size_t size);
char *arena_strdup(arena *a, const char *text);
char *arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

// Says so on stderr and ends the process; for allocators that cannot go on.
_Noreturn void arena_out_of_memory(void);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (size_t)(n)))

#endif
