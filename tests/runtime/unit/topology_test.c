// topology_test.c — random topologies against a model: what each member sees of its shapes, before and after groups grow and shrink.
// The driver is one agent that makes a topology from a table, changes it at random, and after each change asks every member; a member
// answers with the numbers of those it sees, which the model computes from the definition of the shape.
#include "../kit_check.h"

enum { INIT, SEE };
enum { NODE_PART, GROUP_PART, PARTS };
enum { MOST = 40, STEPS = 12 };

typedef struct member {
  ag_agent h;
  int64_t id;
} member;
typedef struct see_msg {
  ag_msg h;
  int64_t word;
} see_msg;

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static const ag_type type_ids = {
    .name = "Array", .size = 8, .align = 8, .retain = ag_ref_retain, .drop = ag_ref_drop, .each = ag_ref_each};
static _Atomic int64_t born, checked;
static uint64_t rng;

static uint64_t dice(uint64_t n) {
  rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (rng >> 33) % n;
}

static int64_t id_of(ag_agent *a) { return ((member *)(void *)a)->id; } // the members are idle, or only read it

static int member_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((member *)(void *)self)->id = ((kit_int_msg *)(void *)m)->value;
  born++;
  return AG_DONE;
}

// Answers with the ids of the agents that it sees; -1: none.
static int member_see(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  uint32_t word = (uint32_t)((see_msg *)(void *)m)->word;
  ag_array *ids = ag_array_new(cx, 0, &type_int);
  int64_t id = -1;
  if (word == AG_WORD_NEXT || word == AG_WORD_HUB || word == AG_WORD_PARENT) {
    ag_agent *one = ag_neighbor(cx, word);
    if (one) id = id_of(one);
    ag_array_push(cx, ids, &id);
    ag_release_opt(cx, one);
  } else {
    ag_array *list = ag_neighbors(cx, word);
    for (int64_t i = 0; i < list->size; i++) {
      id = id_of(((ag_agent **)list->data)[i]);
      ag_array_push(cx, ids, &id);
    }
    ag_release(cx, list);
  }
  ag_freeze(&ids->h);
  ag_reply(cx, m, &ids);
  return AG_DONE;
}

static const ag_behaviour member_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", member_init, kit_int_msg),
    [SEE] = KIT_BEHAVIOUR("see", member_see, see_msg, .reply = &type_ids),
};
static const ag_agent_type member_type = KIT_TYPE("Member", member, NULL, member_behaviours);
static const ag_part_type parts[PARTS] = {
    [NODE_PART] = {.name = "hub", .agent = &member_type, .elem = &ag_type_agent},
    [GROUP_PART] = {.name = "members", .agent = &member_type, .elem = &ag_type_agent, .is_group = true},
};
static const ag_shape_type shapes[] = {{AG_SHAPE_MESH, GROUP_PART, 0, 0},
                                       {AG_SHAPE_RING, GROUP_PART, 0, 0},
                                       {AG_SHAPE_STAR, GROUP_PART, NODE_PART, 0},
                                       {AG_SHAPE_TREE, GROUP_PART, 0, 0}};
static const ag_topology_type type = {.cls = {.name = "Test", .size = sizeof(ag_topology), .drop = ag_topology_drop},
                                      .part_count = PARTS,
                                      .shape_count = KIT_COUNT(shapes),
                                      .number_count = 1,
                                      .parts = parts,
                                      .shapes = shapes,
                                      .file = __FILE__,
                                      .line = __LINE__};

// ---- the model -----------------------------------------------------------------------------------------------------
typedef struct model {
  int64_t ids[MOST + 1]; // members in order; the hub is -7
  int64_t size, arity, next;
} model;
enum { HUB = -7 };

static int64_t add(int64_t *out, int64_t n, int64_t id) {
  out[n] = id;
  return n + 1;
}

// What member i (or the hub, i < 0) sees; answers how many.
static int64_t expected(const model *m, int64_t i, uint32_t word, int64_t *out) {
  int64_t n = 0, up = i > 0 ? (i - 1) / m->arity : -1;
  bool hub = i < 0;
  switch (word) {
  case AG_WORD_MESH_NEIGHBORS:
    for (int64_t k = 0; !hub && k < m->size; k++) n = k == i ? n : add(out, n, m->ids[k]);
    return n;
  case AG_WORD_RING_NEIGHBORS: return hub || m->size == 1 ? 0 : add(out, 0, m->ids[(i + 1) % m->size]);
  case AG_WORD_NEXT: return add(out, 0, hub ? -1 : m->ids[(i + 1) % m->size]);
  case AG_WORD_HUB: return add(out, 0, hub ? -1 : HUB);
  case AG_WORD_SPOKES:
  case AG_WORD_STAR_NEIGHBORS:
    if (!hub) return word == AG_WORD_SPOKES ? 0 : add(out, 0, HUB);
    for (int64_t k = 0; k < m->size; k++) n = add(out, n, m->ids[k]);
    return n;
  case AG_WORD_PARENT: return add(out, 0, up >= 0 ? m->ids[up] : -1);
  case AG_WORD_TREE_NEIGHBORS:
    if (!hub && up >= 0) n = add(out, n, m->ids[up]);
    // fallthrough
  case AG_WORD_CHILDREN:
    for (int64_t k = 1; !hub && k < m->size; k++)
      if ((k - 1) / m->arity == i) n = add(out, n, m->ids[k]);
    return n;
  default: // all others, once: a mesh has everybody
    if (hub) return expected(m, i, AG_WORD_SPOKES, out);
    n = expected(m, i, AG_WORD_MESH_NEIGHBORS, out);
    return add(out, n, HUB);
  }
}

static void compare(const model *m, int64_t i, uint32_t word, const ag_array *got) {
  int64_t want[MOST + 2], n = expected(m, i, word, want);
  ck_assert_msg(got->size == n, "member %ld of %ld, word %u: %ld, not %ld", (long)i, (long)m->size, word,
                (long)got->size, (long)n);
  for (int64_t k = 0; k < n; k++) {
    int64_t id = ((int64_t *)got->data)[k];
    ck_assert_msg(id == want[k], "member %ld of %ld, word %u, %ld: %ld, not %ld", (long)i, (long)m->size, word, (long)k,
                  (long)id, (long)want[k]);
  }
  checked++;
}

// ---- the driver ----------------------------------------------------------------------------------------------------
typedef struct frame {
  ag_frame h;
  ag_topology *t;
  ag_array *members, *ids;
  ag_agent *to;
  ag_future *fut;
  ag_msg *out;
  int64_t step, i;
  uint32_t word, round;
  model m;
} frame;

static void number_them(ag_cx *cx, ag_topology *t, ag_range indices) {
  for (int64_t i = indices.from; i < indices.to; i++) ag_topology_init(cx, t, GROUP_PART, i, kit_int_new(cx, INIT, i));
}

static ag_topology *make(ag_cx *cx, model *m) {
  m->size = 1 + (int64_t)dice(MOST / 2);
  m->arity = 1 + (int64_t)dice(4);
  int64_t first = (int64_t)dice(100);
  m->next = first + m->size;
  for (int64_t i = 0; i < m->size; i++) m->ids[i] = first + i;
  ag_topology *t = ag_topology_new(cx, &type);
  ag_topology_number(cx, t, 0, m->arity, NULL, 0);
  ag_topology_group(cx, t, NODE_PART, (ag_range){0, 1}, NULL, 0);
  ag_topology_group(cx, t, GROUP_PART, (ag_range){first, m->next}, NULL, 0);
  ag_topology_init(cx, t, NODE_PART, 0, kit_int_new(cx, INIT, HUB));
  number_them(cx, t, (ag_range){first, m->next});
  ag_topology_start(cx, t);
  return t;
}

static void grow(ag_cx *cx, ag_topology *t, model *m) {
  int64_t n = (int64_t)dice((uint64_t)(MOST - m->size + 1));
  ag_range r = ag_topology_grow(cx, t, GROUP_PART, n, NULL, 0);
  ck_assert(r.from == m->next && r.to == m->next + n);
  number_them(cx, t, r);
  if (dice(4) == 0) { // what is discarded has never been there
    ag_topology_discard(cx, t, GROUP_PART, r);
    return;
  }
  ag_topology_add(cx, t, GROUP_PART, r);
  ag_topology_discard(cx, t, GROUP_PART, r); // nothing is left to
  for (int64_t i = r.from; i < r.to; i++) m->ids[m->size++] = i;
  m->next = r.to;
}

static void change(ag_cx *cx, ag_topology *t, model *m) {
  uint64_t how = dice(4);
  if (how <= 1) {
    grow(cx, t, m);
  } else if (how == 2 && m->size < MOST) {
    ag_agent *a = ag_topology_join(cx, t, GROUP_PART, kit_int_new(cx, INIT, 1000 + m->size), NULL, NULL, 0);
    ck_assert_ptr_nonnull(a);
    m->ids[m->size] = 1000 + m->size;
    m->size++;
    m->next++;
    ag_release(cx, a);
  } else if (how == 3) {
    int64_t n = (int64_t)dice((uint64_t)m->size + 2);
    ag_topology_shrink(cx, t, GROUP_PART, n, NULL, 0);
    const ag_class *why = kit_catch(cx); // at least one stays
    ck_assert(why == (n >= m->size ? &ag_error_IndexOutOfRange : NULL));
    if (why) return;
    m->size -= n;
    m->next -= n;
  }
}

static ag_msg *see_new(ag_cx *cx, uint32_t word) {
  see_msg *m = (see_msg *)(void *)ag_msg_new(cx, sizeof *m, SEE);
  m->word = word;
  return &m->h;
}

static int drive(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->t = make(cx, &f->m);
  for (; f->step < STEPS; f->step++) {
    f->members = ag_topology_members(cx, f->t, GROUP_PART);
    ck_assert(f->members->size == f->m.size);
    // Twice: in the first round all have been born when it ends.
    for (f->i = -1, f->round = 0; f->round < 2; f->i = f->i + 1 < f->m.size ? f->i + 1 : (f->round++, -1)) {
      for (f->word = f->round ? 0 : AG_WORD_HUB; f->word < (f->round ? AG_WORDS : AG_WORD_HUB + 1); f->word++) {
        f->to = f->i < 0 ? ag_topology_node(cx, f->t, NODE_PART) : ((ag_agent **)f->members->data)[f->i];
        if (f->i >= 0) ag_retain(f->to);
        f->out = see_new(cx, f->word);
        KIT_STEP(ag_ask(cx, f->to, &f->out, &type_ids, &f->fut, __FILE__, __LINE__));
        KIT_STEP(ag_await(cx, &f->fut, &f->ids, 0, __FILE__, __LINE__));
        ck_assert(r == AG_DONE);
        if (f->round) compare(&f->m, f->i, f->word, f->ids);
        ag_release(cx, f->ids);
        ag_release(cx, f->to);
      }
    }
    ag_release(cx, f->members);
    change(cx, f->t, &f->m);
  }
  ag_release(cx, f->t);
  KIT_END;
}
static const ag_behaviour drive_behaviours[] = {KIT_BEHAVIOUR("init", drive, kit_msg)};
static const ag_agent_type drive_type = KIT_TYPE("main", ag_agent, NULL, drive_behaviours);

START_TEST(random_topologies) {
  for (uint64_t seed = 1; seed <= 25; seed++) {
    rng = seed * 977;
    checked = 0;
    ck_assert_int_eq(kit_run(&drive_type, KIT_WORKERS, NULL), 0);
    ck_assert(checked >= STEPS * AG_WORDS);
  }
}
END_TEST

// ---- one that is given up --------------------------------------------------------------------------------------------
static int give_up(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_topology *t = ag_topology_new(cx, &type);
  ag_topology_number(cx, t, 0, 0, NULL, 0);
  ck_assert(kit_catch(cx) == &ag_error_BadConversion);
  ag_topology_group(cx, t, NODE_PART, (ag_range){0, 1}, NULL, 0);
  ag_topology_group(cx, t, GROUP_PART, (ag_range){5, 3}, NULL, 0);
  ck_assert(kit_catch(cx) == &ag_error_IndexOutOfRange);
  ag_topology_group(cx, t, GROUP_PART, (ag_range){5, 5}, NULL, 0);
  ck_assert(kit_catch(cx) == &ag_error_IndexOutOfRange);
  ag_topology_group(cx, t, GROUP_PART, (ag_range){INT64_MIN, INT64_MAX}, NULL, 0);
  ck_assert(kit_catch(cx) == &ag_error_OutOfMemory);
  ag_topology_group(cx, t, GROUP_PART, (ag_range){0, 10}, NULL, 0);
  ag_topology_init(cx, t, GROUP_PART, 3, kit_int_new(cx, INIT, 3));
  ag_release(cx, t);
  return AG_DONE;
}
static const ag_behaviour give_up_behaviours[] = {KIT_BEHAVIOUR("init", give_up, kit_msg)};
static const ag_agent_type give_up_type = KIT_TYPE("main", ag_agent, NULL, give_up_behaviours);

START_TEST(given_up) {
  ag_metrics metrics;
  born = 0;
  ck_assert_int_eq(kit_run(&give_up_type, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(born, 0);
  ck_assert_uint_eq(metrics.spawned, 12);
  ck_assert_uint_eq(metrics.alive, 1); // main; the others have gone
}
END_TEST

int main(void) {
  const TTest *tests[] = {random_topologies, given_up};
  return kit_check("topology", tests, 2);
}
