// lease_test.c — leases in one process: numbers that grow, who waits and in which order, times that cannot be, what ends with its holder.
#include "../kit_check.h"

enum { MS = 1000000, INIT = 0, GO = 1, HOLD = 2, LOG = 8 };
static const int64_t ttl_ns = 1000 * (int64_t)MS;

typedef struct frame {
  ag_frame h;
  ag_frame *child;
  ag_str *name;
  ag_claim *a, *b;
  ag_channel *pause;
  ag_agent *agents[LOG];
  int64_t i, number, deadline, item;
  bool has;
} frame;
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

static int run(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  return kit_run(&t, workers, NULL);
}

// ---- one holder ------------------------------------------------------------------------------------------------------
static int alone(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->name = ag_str_from_c(cx, "engine");
  for (; f->i < 5; f->i++) { // each number is larger than the last, also of another name
    KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->a, 0, __FILE__, __LINE__));
    ck_assert_int_eq(r, AG_DONE);
    ck_assert(ag__claim_valid(cx, f->a));
    ck_assert_int_gt(ag__claim_number(cx, f->a), f->number);
    f->number = ag__claim_number(cx, f->a);
    ag_release(cx, f->name);
    f->name = ag_str_from_c(cx, f->i % 2 ? "engine" : "other");
    ag_release(cx, f->a);
  }
  for (f->i = -1; f->i < 1; f->i++) { // no time at all
    KIT_STEP(ag__claim(cx, &f->child, f->name, f->i, &f->a, 0, __FILE__, __LINE__));
    ck_assert_ptr_eq(kit_catch(cx), &ag_error_BadConversion);
  }
  KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->a, 0, __FILE__, __LINE__));
  ag_release(cx, f->name);
  f->name = ag_str_from_c(cx, "neighbour"); // another name is nobody's
  KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->b, ag_deadline(cx, 0), __FILE__, __LINE__));
  ck_assert_int_eq(r, AG_DONE);
  ag_release(cx, f->a);
  ag_release(cx, f->b);
  ag_release(cx, f->name);
  KIT_END;
}
START_TEST(numbers_grow_and_names_are_apart) { ck_assert_int_eq(run(alone, KIT_WORKERS), 0); }
END_TEST

// ---- several that want it ----------------------------------------------------------------------------------------------
static _Atomic int64_t got[LOG], count, asked, held_numbers;

// Asks, notes its turn, gives the lease back; who is told HOLD stops with it in a field of its frame.
static int want(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->i = ((kit_int_msg *)(void *)m)->value;
  f->name = ag_str_from_c(cx, "engine");
  asked++;
  KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->a, 0, __FILE__, __LINE__));
  ag_release(cx, f->name);
  ck_assert_int_gt(ag__claim_number(cx, f->a), held_numbers);
  held_numbers = ag__claim_number(cx, f->a);
  got[count++] = f->i;
  if (m->behaviour == HOLD) ag_stop(cx);
  ag_release(cx, f->a);
  KIT_END;
}
static const ag_behaviour behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                          KIT_BEHAVIOUR("go", want, kit_int_msg),
                                          KIT_BEHAVIOUR("hold", want, kit_int_msg)};
static const ag_agent_type type = KIT_TYPE("Wanting", ag_agent, NULL, behaviours);

static int queue(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->pause = ag__channel(cx, 1, &type_int);
  f->name = ag_str_from_c(cx, "engine");
  KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->a, 0, __FILE__, __LINE__));
  held_numbers = ag__claim_number(cx, f->a);
  for (; f->i < 5; f->i++) {
    f->agents[f->i] = kit_spawn(cx, &type);
    ag_msg *out = kit_int_new(cx, f->i == 2 ? HOLD : GO, f->i);
    ag_send(cx, f->agents[f->i], &out, __FILE__, __LINE__);
    for (f->number = 0; asked <= f->i || f->number < 3; f->number++) { // it has asked, and had time to queue up
      f->deadline = ag_deadline(cx, MS);
      KIT_STEP(ag_channel_recv(cx, &f->child, f->pause, &f->has, &f->item, f->deadline, __FILE__, __LINE__));
      kit_catch(cx);
    }
  }
  ck_assert_int_eq(count, 0);
  ag_release(cx, f->a);
  for (f->i = 0; f->i < 5; f->i++) ag_release(cx, f->agents[f->i]);
  // Behind them all: whoever asks again waits for its turn; one that will not wait that long is told who has it.
  KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->b, 0, __FILE__, __LINE__));
  ck_assert_int_eq(count, 5);
  KIT_STEP(ag__claim(cx, &f->child, f->name, ttl_ns, &f->a, ag_deadline(cx, -5 * (int64_t)MS), __FILE__, __LINE__));
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_LeaseHeld);
  r = AG_DONE;
  ag_release(cx, f->b);
  ag_release(cx, f->name);
  ag_release(cx, f->pause);
  KIT_END;
}
START_TEST(who_waits_is_served_in_order) {
  count = asked = held_numbers = 0;
  ck_assert_int_eq(run(queue, 1), 0); // of several workers one may be held up between asking and queueing up
  for (int i = 0; i < 5; i++) ck_assert_int_eq(got[i], i);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {numbers_grow_and_names_are_apart, who_waits_is_served_in_order};
  return kit_check("lease", tests, (int)KIT_COUNT(tests));
}
