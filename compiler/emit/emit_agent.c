// emit_agent.c — messages, agents, futures, quorums, timers.
// Owns: nothing. Promises: a suspending operation is called again with the same operands until it is done.
#include <string.h>

#include "emit/fn.h"

static const char *dst(fn *s, const mir_inst *in) {
  s->written[in->dst] = true;
  return s->names[in->dst];
}

// The address of a local that the operation empties.
static const char *address(fn *s, const mir_operand *o) { return text(s, "&%s", local_expr(s, o->local)); }

static void message(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.msg.fn;
  const hir_decl *d = in->aux.msg.decl;
  const char *c_struct = message_struct(s->e, f, f ? NULL : d);
  put(s, "  {\n  %s *msg = (%s *)ag_msg_new_inline(cx, sizeof(%s), %u);\n", c_struct, c_struct, c_struct,
      f ? f->index : 0);
  for (uint32_t i = 0; i < in->arg_count; i++) {
    const type *t = f ? f->params[i]->type : d->fields[i].type;
    put(s, "  msg->a%u = %s;\n", i, operand_of(s, &in->args[i], ctype_of(s->e, t)));
  }
  put_dst(s, in, "&msg->h");
  put(s, "  }\n");
}

// Opens a block in C.
const char *spawn_options(fn *s, const mir_spawn *o) {
  const hir_decl *d = o->decl;
  bool own = o->mailbox_capacity >= 0 || o->mailbox_high >= 0 || o->mailbox_low >= 0 || o->mailbox_full >= 0 ||
             o->priority >= 0;
  put(s, "  {\n");
  if (!own) return "NULL";
#define OR(field) (o->field >= 0 ? o->field : d->field)
  put(s, "  static const ag_mailbox_options options = %s;\n",
      mailbox_text(s->e, OR(mailbox_capacity), OR(mailbox_high), OR(mailbox_low), OR(mailbox_full), OR(priority)));
#undef OR
  return "&options";
}

static void spawn(fn *s, const mir_inst *in) {
  const char *options = spawn_options(s, in->aux.spawn);
  const char *desc = agent_desc(s->e, in->aux.spawn->decl);
  const char *call = text(s, "ag_spawn(cx, &%s, %s, %s)", desc, operand(s, &in->args[0]), options);
  if (in->dst == MIR_NONE) put(s, "  ag_release(cx, %s);\n", call);
  else put_dst(s, in, call);
  put(s, "  }\n");
}

// Sent through an interface: the message carries the index that the behaviour has in this agent. Once it is gone there is none.
static void find_behaviour(fn *s, const mir_inst *in) {
  const hir_fn *f = local_of(s, in->args[1].local)->fn;
  if (!f || f->owner->kind != DECL_INTERFACE) return;
  const char *m = local_expr(s, in->args[1].local);
  put(s, "  if (%s) %s->behaviour = ag_behaviour_of(%s, &%s, %u);\n", m, m, operand(s, &in->args[0]),
      interface_id(s->e, f->owner), f->index);
}

static void send(fn *s, const mir_inst *in) {
  find_behaviour(s, in);
  put(s, "  step = ag_send(cx, %s, %s, %s);\n", operand(s, &in->args[0]), address(s, &in->args[1]), at(s, in));
  check_step(s, in, false);
}

static void ask(fn *s, const mir_inst *in) {
  const char *reply = type_desc(s->e, ctype_of(s->e, in->aux.msg.fn->result), false);
  s->read[in->dst] = true;
  find_behaviour(s, in);
  put(s, "  step = ag_ask(cx, %s, %s, %s, &%s, %s);\n", operand(s, &in->args[0]), address(s, &in->args[1]), reply,
      dst(s, in), at(s, in));
  check_step(s, in, false);
}

// The reply goes to dst, or to a scratch variable when nobody wants it (it is plain then).
static void await(fn *s, const mir_inst *in) {
  const type *future = operand_type(s, &in->args[0])->type;
  const char *fut = address(s, &in->args[0]), *deadline = operand(s, &in->args[1]);
  if (in->dst == MIR_NONE) {
    put(s, "  {\n  %s;\n", c_decl(s->e, ctype_of(s->e, future->args[0]), "unused"));
    put(s, "  step = ag_await(cx, %s, &unused, %s, %s);\n  }\n", fut, deadline, at(s, in));
  } else {
    put(s, "  step = ag_await(cx, %s, &%s, %s, %s);\n", fut, dst(s, in), deadline, at(s, in));
  }
  check_step(s, in, false);
}

static void quorum_new(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.msg.fn;
  put_dst(s, in,
          text(s, "ag_quorum_new(cx, %s, %s, &%s[%u], %s, %s)", operand(s, &in->args[0]), operand(s, &in->args[1]),
               behaviours_desc(s->e, f->owner), f->index, operand(s, &in->args[2]), operand(s, &in->args[3])));
}

static void quorum_next(fn *s, const mir_inst *in) {
  ctype *ct = local_type(s, in->dst);
  const char *x = dst(s, in), *q = operand(s, &in->args[0]);
  if (ct->rep == REP_STRUCT) {
    put(s, "  step = ag_quorum_next(cx, %s, &%s.v, &%s.has, %s);\n", q, x, x, at(s, in));
    check_step(s, in, false);
    return;
  }
  put(s, "  {\n  bool more = false;\n");
  put(s, "  step = ag_quorum_next(cx, %s, &%s, &more, %s);\n", q, x, at(s, in));
  put(s, "  if (!more) %s = NULL;\n  }\n", x);
  check_step(s, in, false);
}

static void broadcast(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.msg.fn;
  put(s, "  step = ag_broadcast(cx, %s, %s, &%s[%u], %s, %s);\n", operand(s, &in->args[0]), address(s, &in->args[1]),
      behaviours_desc(s->e, f->owner), f->index, operand(s, &in->args[2]), at(s, in));
  check_step(s, in, false);
}

static void shard(fn *s, const mir_inst *in) {
  ctype *key = operand_type(s, &in->args[0]);
  put_dst(s, in,
          text(s, "ag_shard(cx, %s, %s, %s)", op_hash(s->e, key, lvalue(s, &in->args[0])), operand(s, &in->args[1]),
               at(s, in)));
  check_error(s, in, false);
}

static void timer(fn *s, const mir_inst *in) {
  find_behaviour(s, in);
  const char *call = text(s, "ag_timer_start(cx, %s, %s, %s, %s, %s)", operand(s, &in->args[0]),
                          operand(s, &in->args[1]), operand(s, &in->args[2]), operand(s, &in->args[3]), at(s, in));
  if (in->dst == MIR_NONE) put(s, "  ag_release%s(cx, %s);\n", in->on_error == MIR_NO_ERROR ? "" : "_opt", call);
  else put_dst(s, in, call);
  check_error(s, in, false);
}

bool inst_agent(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_MSG: message(s, in); return true;
  case MIR_SPAWN: spawn(s, in); return true;
  case MIR_SEND: send(s, in); return true;
  case MIR_ASK: ask(s, in); return true;
  case MIR_DEADLINE: put_dst(s, in, text(s, "ag_deadline(cx, %s)", operand(s, &in->args[0]))); return true;
  case MIR_AWAIT: await(s, in); return true;
  case MIR_QUORUM_NEW: quorum_new(s, in); return true;
  case MIR_QUORUM_NEXT: quorum_next(s, in); return true;
  case MIR_QUORUM_ACCEPT:
    put(s, "  ag_quorum_accept(cx, %s, %s, %s);\n", operand(s, &in->args[0]), slot(s, &in->args[1]),
        operand(s, &in->args[2]));
    return true;
  case MIR_QUORUM_RESULT: put_dst(s, in, text(s, "ag_quorum_result(cx, %s)", operand(s, &in->args[0]))); return true;
  case MIR_BROADCAST: broadcast(s, in); return true;
  case MIR_SHARD: shard(s, in); return true;
  case MIR_TIMER: timer(s, in); return true;
  case MIR_TIMER_CANCEL: put(s, "  ag_timer_cancel(cx, %s);\n", operand(s, &in->args[0])); return true;
  case MIR_REPLY: put(s, "  {\n  ag_reply(cx, m, (void *)%s);\n  }\n", slot(s, &in->args[0])); return true;
  case MIR_STOP: put(s, "  ag_stop(cx);\n"); return true;
  default: return inst_topology(s, in);
  }
}
