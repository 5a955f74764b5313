// broadcast.c — one message to a group of 10,000, again and again: a delivery, with the handling of the message.
// Owns:     the state of one run, in statics.
#include "bench.h"

enum { MEMBERS = 10000 };
typedef struct frame {
  ag_frame h;
  ag_array *group;
  ag_msg *out;
  int64_t i;
} frame;
static int64_t rounds, began, ended;

static const ag_behaviour member_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                                 KIT_BEHAVIOUR("told", kit_nothing, kit_int_msg)};
static const ag_agent_type member_type = KIT_TYPE("Member", ag_agent, NULL, member_behaviours);

static int teller_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, MEMBERS, &ag_type_agent);
  for (int64_t i = 0; i < MEMBERS; i++) {
    ag_agent *a = kit_spawn(cx, &member_type);
    ag_array_push(cx, f->group, &a);
  }
  ag_freeze(&f->group->h);
  began = bench_now();
  for (f->i = 0; f->i < rounds; f->i++) {
    f->out = kit_int_new(cx, 1, f->i);
    KIT_STEP(ag_broadcast(cx, f->group, &f->out, &member_behaviours[1], 3, __FILE__, __LINE__));
  }
  ended = bench_now();
  ag_release(cx, f->group);
  KIT_END;
}

double bench_broadcast(uint32_t workers, int64_t n) {
  static const ag_behaviour b[] = {KIT_BEHAVIOUR("init", teller_init, kit_msg)};
  static const ag_agent_type t = KIT_TYPE("Teller", ag_agent, NULL, b);
  rounds = n / MEMBERS ? n / MEMBERS : 1;
  if (kit_run(&t, workers, NULL) != 0) abort();
  return (double)(ended - began) / (double)(rounds * MEMBERS);
}
