// constant.c — see constant.h.
#include "mem/constant.h"

#include "base/alloc.h"
#include "mem/heap.h"

static void keep(ag_obj *o, void *arg) {
  agi_constants *all = arg;
  if (o->rc == 0) return; // static data, or on the list
  if (all->size == all->cap) {
    all->cap = all->cap ? all->cap * 2 : 64;
    all->items = agi_realloc(all->items, all->cap * (int64_t)sizeof *all->items);
  }
  o->rc = 0;
  all->items[all->size++] = o;
}

void agi_constants_add(agi_constants *all, void *slot, const ag_type *type) {
  int64_t from = all->size;
  if (type->each) type->each(slot, keep, all);
  for (int64_t i = from; i < all->size; i++) // what those refer to comes behind them
    if (all->items[i]->cls->each) all->items[i]->cls->each(all->items[i], keep, all);
}

// First all give back what is theirs alone (releasing each other does nothing), then their memory goes.
void agi_constants_drop(ag_cx *cx, agi_constants *all) {
  for (int64_t i = 0; i < all->size; i++)
    if (all->items[i]->cls->drop) all->items[i]->cls->drop(cx, all->items[i]);
  for (int64_t i = 0; i < all->size; i++) agi_free(all->items[i]);
  agi_free(all->items);
  *all = (agi_constants){0};
}
