// pool.c — see pool.h: refilling from and flushing to the depot.
#include "actor/pool.h"

enum { PAGE = 4096 }; // about so much is taken from the slabs at a time

void agi_pool_init(agi_pool *p, agi_depot *depot) { *p = (agi_pool){.depot = depot}; }

void agi_depot_init(agi_depot *d, bool slabs) {
  for (uint32_t c = 0; c < AGI_POOL_CLASSES; c++) d->cut[c].size = (c + 1) * 16;
  d->slabs.on = slabs;
}

static void free_chain(agi_depot *d, uint32_t cls, agi_pool_block *b) {
  if (AGI_LIKELY(d->slabs.on)) {
    agi_slabs_give(&d->slabs, &d->cut[cls], b);
    return;
  }
  while (b) {
    agi_pool_block *next = b->next;
    agi_free(b);
    b = next;
  }
}

void agi_pool_fini(agi_pool *p) {
  for (uint32_t c = 0; c < AGI_POOL_CLASSES; c++) {
    free_chain(p->depot, c, p->lists[c].head);
    free_chain(p->depot, c, p->lists[c].full);
    p->lists[c].head = p->lists[c].full = NULL;
    p->lists[c].count = 0;
  }
}

void agi_depot_fini(agi_depot *d) {
  for (uint32_t c = 0; c < AGI_POOL_CLASSES; c++) {
    uint32_t n = agi_load_relaxed(&d->classes[c].batches);
    for (uint32_t i = 0; i < n; i++) free_chain(d, c, d->classes[c].batch[i]);
    agi_store_relaxed(&d->classes[c].batches, 0U);
  }
  agi_slabs_fini(&d->slabs);
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
  agi_depot *depot = p->depot;
  agi_depot_class *d = &depot->classes[cls];
  agi_pool_block *b = p->lists[cls].full;
  if (b) p->lists[cls].full = NULL;
  else if (agi_load_relaxed(&d->batches)) b = depot_take(d);
  uint32_t n = AGI_POOL_BATCH;
  if (!b) {
    if (AGI_UNLIKELY(!depot->slabs.on)) return agi_alloc((size_t)(cls + 1) * 16);
    n = PAGE / ((cls + 1) * 16);
    if (n > AGI_POOL_BATCH) n = AGI_POOL_BATCH;
    b = agi_slabs_take(&depot->slabs, &depot->cut[cls], &n);
  }
  p->lists[cls].head = b->next;
  p->lists[cls].count = n - 1;
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
  if (out) free_chain(p->depot, cls, out);
}
