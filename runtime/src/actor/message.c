// message.c — see message.h; and frames, which live in the same pools.
#include "actor/message.h"

#include "actor/future.h"
#include "data/data.h"

ag_msg *ag_msg_new(ag_cx *cx, uint32_t size, uint32_t behaviour) {
  ag_msg *m = agi_pool_get(&agi_worker_of(cx)->cx.pool, size);
  *m = (ag_msg){.behaviour = behaviour, .size = size};
  return m;
}

ag_obj *agi_error_make(agi_worker *w, const ag_class *cls, const char *file, uint32_t line) {
  ag_obj *before = w->cx.err;
  w->cx.err = NULL;
  ag_raise(&w->cx, cls, NULL, file, line);
  ag_obj *made = w->cx.err;
  w->cx.err = before;
  return made;
}

void agi_msg_free_other(agi_worker *w, ag_msg *m) { agi_pool_put(&w->cx.pool, m, m->size & AGI_MSG_SIZE); }

void agi_msg_drop(agi_worker *w, const ag_agent_type *type, ag_msg *m, const ag_class *why) {
  const ag_behaviour *b = &type->behaviours[m->behaviour];
  ag_future *reply = m->reply;
  m->reply = NULL;
  if (b->drop_args) b->drop_args(&w->cx, m);
  agi_msg_free(w, m);
  if (reply) agi_future_fail(w, reply, agi_error_make(w, why, NULL, 0));
}

ag_msg *agi_msg_copy(agi_worker *w, const ag_behaviour *b, const ag_msg *m, uint32_t more) {
  uint32_t size = m->size & AGI_MSG_SIZE;
  ag_msg *copy = ag_msg_new(&w->cx, size + more, m->behaviour);
  if (b->copy_args) b->copy_args(copy, m);
  else agi_slot_copy(copy + 1, m + 1, size - (uint32_t)sizeof *m);
  copy->next = NULL;
  copy->reply = NULL;
  copy->behaviour = m->behaviour;
  copy->size = size + more;
  return copy;
}

// Messages hold pointers, so their size is a multiple of a pointer's.
static agi_ticker **ticker_of(ag_msg *m) {
  return (agi_ticker **)(void *)((char *)m + (m->size & AGI_MSG_SIZE) - sizeof(agi_ticker *));
}

ag_msg *agi_tick_new(agi_worker *w, const ag_behaviour *b, const ag_msg *m, agi_ticker *t) {
  ag_msg *tick = agi_msg_copy(w, b, m, (uint32_t)sizeof t);
  *ticker_of(tick) = t;
  tick->size |= AGI_MSG_TICK;
  ag_retain(t);
  agi_store_relaxed(&t->waiting, true);
  return tick;
}

void agi_tick_taken(agi_worker *w, ag_msg *m) {
  agi_ticker *t = *ticker_of(m);
  m->size &= ~AGI_MSG_TICK;
  agi_store_relaxed(&t->waiting, false);
  ag_release(&w->cx, t);
}

ag_frame *ag_frame_new(ag_cx *cx, uint32_t size) {
  ag_frame *f = agi_pool_get(&agi_worker_of(cx)->cx.pool, size);
  *f = (ag_frame){.size = size};
  return f;
}

void ag_frame_free(ag_cx *cx, ag_frame *f) { agi_pool_put(&agi_worker_of(cx)->cx.pool, f, f->size); }
