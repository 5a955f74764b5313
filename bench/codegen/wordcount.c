// word count in C: slices of the text, looked up in a table with open addressing and xxh3; a new word is copied.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

typedef struct entry {
  char *word; // NULL: free
  size_t size;
  uint64_t hash;
  long count;
} entry;

typedef struct table {
  entry *slots;
  size_t mask, used;
} table;

static void grow(table *t) {
  table old = *t;
  t->mask = old.slots ? old.mask * 2 + 1 : 15;
  t->slots = calloc(t->mask + 1, sizeof *t->slots);
  if (!t->slots) abort();
  for (size_t i = 0; old.slots && i <= old.mask; i++) {
    if (!old.slots[i].word) continue;
    size_t k = old.slots[i].hash & t->mask;
    while (t->slots[k].word) k = (k + 1) & t->mask;
    t->slots[k] = old.slots[i];
  }
  free(old.slots);
}

static void add(table *t, const char *word, size_t size) {
  if (!t->slots || (t->used + 1) * 4 > (t->mask + 1) * 3) grow(t);
  uint64_t hash = XXH3_64bits(word, size);
  for (size_t k = hash & t->mask;; k = (k + 1) & t->mask) {
    entry *e = &t->slots[k];
    if (!e->word) {
      e->word = malloc(size + 1);
      if (!e->word) abort();
      memcpy(e->word, word, size);
      e->word[size] = 0;
      e->size = size;
      e->hash = hash;
      e->count = 1;
      t->used++;
      return;
    }
    if (e->hash == hash && e->size == size && memcmp(e->word, word, size) == 0) {
      e->count++;
      return;
    }
  }
}

static char *read_file(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  if (!f) abort();
  fseek(f, 0, SEEK_END);
  *size = (size_t)ftell(f);
  rewind(f);
  char *text = malloc(*size + 1);
  if (!text || fread(text, 1, *size, f) != *size) abort();
  fclose(f);
  return text;
}

int main(int argc, char **argv) {
  if (argc < 2) return 1;
  size_t size;
  char *text = read_file(argv[1], &size);
  table t = {0};
  for (const char *p = text, *end = text + size; p < end;) {
    const char *q = p;
    while (q < end && *q != ' ' && *q != '\n') q++;
    if (q > p) add(&t, p, (size_t)(q - p));
    p = q + 1;
  }
  long words = 0, most = 0;
  const char *best = "";
  for (size_t i = 0; i <= t.mask; i++) {
    const entry *e = &t.slots[i];
    if (!e->word) continue;
    words += e->count;
    if (e->count > most || (e->count == most && strcmp(e->word, best) < 0)) {
      most = e->count;
      best = e->word;
    }
  }
  printf("%ld words, %zu different, %ld times '%s'\n", words, t.used, most, best);
}
