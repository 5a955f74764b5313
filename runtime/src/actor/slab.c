// slab.c — see slab.h.
#include "actor/slab.h"

#include <string.h>

#include "base/alloc.h"
#include "base/atomic.h"

enum { REGION = 4 << 20 };

// Stands at the beginning of a slab, so a block finds it by its address.
struct agi_slab {
  agi_slab *prev, *next; // in its class, while it has blocks to give
  ag_block *free;
  uint32_t out; // blocks that are not here
  uint32_t cut; // so many have been out; those behind have never been touched
};
_Static_assert(sizeof(agi_slab) <= AGI_SLAB_ALIGN, "the first block begins there");

static uint32_t blocks_in(const agi_slab_class *c) { return (AGI_SLAB_SIZE - AGI_SLAB_ALIGN) / c->size; }
static agi_slab *slab_of(void *block) {
  return (agi_slab *)(void *)((char *)block - ((uintptr_t)block & (AGI_SLAB_SIZE - 1)));
}

static void keep(agi_slab_list *l, void *item) {
  if (l->count == l->room) {
    uint32_t room = l->room ? l->room * 2 : 16;
    void **items = agi_alloc(room * sizeof *items);
    if (l->count) memcpy(items, l->items, l->count * sizeof *items);
    agi_free(l->items);
    l->items = items;
    l->room = room;
  }
  l->items[l->count++] = item;
}

static void *latest(agi_slab_list *l) { return l->count ? l->items[--l->count] : NULL; }

static void link_first(agi_slab_class *c, agi_slab *b) {
  b->prev = NULL;
  b->next = c->first;
  if (c->first) c->first->prev = b;
  c->first = b;
}

static void unlink_slab(agi_slab_class *c, agi_slab *b) {
  if (b->prev) b->prev->next = b->next;
  else c->first = b->next;
  if (b->next) b->next->prev = b->prev;
}

static agi_slab *new_slab(agi_slabs *s) {
  agi_spin_lock(&s->lock);
  void *at = latest(&s->warm);
  if (!at) at = latest(&s->cold);
  if (!at) {
    if (s->rest == s->end) {
      s->rest = agi_map(REGION, AGI_SLAB_SIZE);
      if (!s->rest) agi_out_of_memory();
      s->end = s->rest + REGION;
      keep(&s->regions, s->rest);
    }
    at = s->rest;
    s->rest += AGI_SLAB_SIZE;
  }
  agi_spin_unlock(&s->lock);
  agi_slab *b = at;
  *b = (agi_slab){0};
  return b;
}

ag_block *agi_slabs_take(agi_slabs *s, agi_slab_class *c, uint32_t *n) {
  ag_block *chain = NULL;
  uint32_t got = 0;
  agi_spin_lock(&c->lock);
  if (!c->first) link_first(c, new_slab(s));
  for (agi_slab *b; got < *n && (b = c->first); got++) {
    ag_block *block = b->free;
    if (block) b->free = block->next;
    else block = (ag_block *)(void *)((char *)b + AGI_SLAB_ALIGN + (size_t)b->cut++ * c->size);
    if (++b->out == blocks_in(c)) unlink_slab(c, b);
    block->next = chain;
    chain = block;
  }
  agi_spin_unlock(&c->lock);
  *n = got;
  return chain;
}

// Nothing of it is used any more, and it is the caller's.
static void retire(agi_slabs *s, agi_slab *b) {
  agi_spin_lock(&s->lock);
  bool warm = s->warm.count < AGI_SLABS_WARM;
  if (warm) keep(&s->warm, b);
  agi_spin_unlock(&s->lock);
  if (warm) return;
  agi_map_forget(b, AGI_SLAB_SIZE);
  agi_add_relaxed(&s->given_back, (uint64_t)AGI_SLAB_SIZE);
  agi_spin_lock(&s->lock);
  keep(&s->cold, b);
  agi_spin_unlock(&s->lock);
}

void agi_slabs_give(agi_slabs *s, agi_slab_class *c, ag_block *chain) {
  agi_slab *unused = NULL;
  agi_spin_lock(&c->lock);
  while (chain) {
    ag_block *block = chain;
    agi_slab *b = slab_of(block);
    chain = block->next;
    block->next = b->free;
    b->free = block;
    if (b->out-- == blocks_in(c)) link_first(c, b);
    if (b->out == 0 && (c->first != b || b->next)) { // not the only one
      unlink_slab(c, b);
      b->next = unused;
      unused = b;
    }
  }
  agi_spin_unlock(&c->lock);
  for (agi_slab *next; unused; unused = next) {
    next = unused->next;
    retire(s, unused);
  }
}

void agi_slabs_fini(agi_slabs *s) {
  for (void *at; (at = latest(&s->regions));) agi_unmap(at, REGION);
  agi_free(s->regions.items);
  agi_free(s->warm.items);
  agi_free(s->cold.items);
  *s = (agi_slabs){0};
}
