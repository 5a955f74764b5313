// pool.c — see pool.h: refilling from and flushing to the depot.
#include "actor/pool.h"

void agi_pool_init(agi_pool *p, agi_depot *depot) { *p = (agi_pool){.depot = depot}; }

static void free_chain(agi_pool_block *b) {
  while (b) {
    agi_pool_block *next = b->next;
    agi_free(b);
    b = next;
  }
}

void agi_pool_fini(agi_pool *p) {
  for (unsigned c = 0; c < AGI_POOL_CLASSES; c++) {
    free_chain(p->lists[c].head);
    free_chain(p->lists[c].full);
    p->lists[c].head = p->lists[c].full = NULL;
    p->lists[c].count = 0;
  }
}

void agi_depot_fini(agi_depot *d) {
  for (unsigned c = 0; c < AGI_POOL_CLASSES; c++) {
    uint32_t n = agi_load_relaxed(&d->classes[c].batches);
    for (uint32_t i = 0; i < n; i++) free_chain(d->classes[c].batch[i]);
    agi_store_relaxed(&d->classes[c].batches, 0U);
  }
}

static agi_pool_block *depot_take(agi_depot_class *d) {
  agi_pool_block *b = NULL;
  agi_spin_lock(&d->lock);
  uint32_t n = agi_load_relaxed(&d->batches);
  if (n) {
    b = d->batch[n - 1];
    agi_store_relaxed(&d->batches, n - 1);
  }
  agi_spin_unlock(&d->lock);
  return b;
}

void *agi_pool_refill(agi_pool *p, uint32_t cls) {
  agi_depot_class *d = &p->depot->classes[cls];
  agi_pool_block *b = p->lists[cls].full;
  if (b) p->lists[cls].full = NULL;
  else if (agi_load_relaxed(&d->batches)) b = depot_take(d);
  if (!b) return agi_alloc((size_t)(cls + 1) * 16);
  p->lists[cls].head = b->next;
  p->lists[cls].count = AGI_POOL_BATCH - 1;
  return b;
}

void agi_pool_flush(agi_pool *p, uint32_t cls) {
  agi_pool_block *out = p->lists[cls].full;
  p->lists[cls].full = p->lists[cls].head;
  p->lists[cls].head = NULL;
  p->lists[cls].count = 0;
  if (!out) return;
  agi_depot_class *d = &p->depot->classes[cls];
  agi_spin_lock(&d->lock);
  uint32_t n = agi_load_relaxed(&d->batches);
  if (n < AGI_DEPOT_BATCHES) {
    d->batch[n] = out;
    agi_store_relaxed(&d->batches, n + 1);
    out = NULL;
  }
  agi_spin_unlock(&d->lock);
  free_chain(out);
}
