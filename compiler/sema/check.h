// check.h — who checks what: the functions that the files of sema offer each other.
// Owns:     nothing. Internal to compiler/sema.
// Promises: an expression is checked once, by check_expr or one of its relatives, and then used once: by coerce (a value of
//           a known type), by take_value (a value of its own type), or as it is (looked at: receivers, operands).
#ifndef SEMA_CHECK_H
#define SEMA_CHECK_H

#include "sema/state.h"

// ---- broken.c: after syntax errors ------------------------------------------------------------------------------
bool decl_is_broken(const sema *s, const decl_info *d); // a member may have been lost
bool head_is_broken(const sema *s, const fn_info *f);   // its signature is not known
void broken_forget(sema *s);                            // what was said of broken declarations

// ---- report.c: text for messages ---------------------------------------------------------------------------------
diag *error_at(sema *s, diag_code code, span at, const char *format, ...) __attribute__((format(printf, 4, 5)));
diag *warning_at(sema *s, diag_code code, span at, const char *format, ...) __attribute__((format(printf, 4, 5)));
const char *text_of(sema *s, const type *t);
const char *text_full(sema *s, const type *t);
typedef struct suggestion {
  const char *wanted, *best;
  uint32_t distance;
} suggestion;
suggestion suggest_begin(const str *wanted);
void suggest_offer(suggestion *g, const str *name);
void suggest_offer_map(suggestion *g, const map *m); // its keys
void suggest_say(const suggestion *g, diag *d, span at);
const char *plural(uint32_t n, const char *one, const char *many);

// ---- scope.c: names ----------------------------------------------------------------------------------------------
uint32_t scope_enter(sema *s, uint32_t *count);
void scope_leave(sema *s, uint32_t scope, uint32_t count);
hir_var *var_new(sema *s, const str *name, const type *t, span at, bool is_var);
void local_add(sema *s, const str *name, hir_var *var, span at); // E0212 if the same scope has it
local *local_find(sema *s, const str *name, bool *outside);      // outside: of the innermost iso/val block
symbol *symbol_new(sema *s, symbol_kind kind, const str *name, span at, module_info *mod);
void symbol_declare(sema *s, module_info *mod, symbol *sym);
symbol *symbol_find(sema *s, module_info *mod, const str *name, span at); // own file, used files, prelude; NULL: none
symbol *symbol_in_module(sema *s, module_info *target, const str *name, span at); // module.name; reports
bool help_used_file(sema *s, const str *name, diag *d); // is it that of a file that is used without `as`?
symbol *path_symbol(sema *s, const ast_type *t);        // what a path of a type names, an alias maybe; NULL: reported
symbol *symbol_unknown(sema *s, const str *name, span at, bool type_wanted); // reports; NULL
member *member_find(const decl_info *d, const str *name);
static inline decl_info *info_of(const hir_decl *d) { return (decl_info *)(uintptr_t)d; }
static inline fn_info *info_of_fn(const hir_fn *f) { return (fn_info *)(uintptr_t)f; }

// ---- check_type.c ------------------------------------------------------------------------------------------------
const type *type_from_ast(sema *s, const ast_type *t);
const type *tparam_named(sema *s, const str *name, cap written,
                         bool through_self); // NULL: no type parameter is called so
const type *type_of_decl(sema *s, decl_info *d, const type *const *args, uint32_t n, cap c); // c CAP_NONE: the default
const type *type_optional(sema *s, const type *inner);
uint32_t type_weight(sema *s, const type *t);     // how many parts, up to a limit
bool type_small(sema *s, const type *t, span at); // else E0330: written out it would be endless
const type *type_array_of(sema *s, const type *elem, cap c);
const type *type_array_elem(const type *t); // of Array; else NULL
const type *type_unwrap(const type *t);     // T of T?, else t
bool type_is_builtin(const type *t, builtin b);
bool type_has_methods(const type *t);           // or a type parameter that is to have some
bool type_is_users(const type *t);              // a class, struct, enum or interface with methods of the program
bool types_alike(const type *a, const type *b); // but for capabilities
const type *symbol_type(sema *s, symbol *sym, span at, const type *const *args, uint32_t n, cap c);
bool decl_bounds(sema *s, decl_info *d, const type *const *args,
                 span at); // E0421; later, where nothing can be said yet
bool decl_bounds_now(sema *s, decl_info *d, const type *const *args, span at);
// What an alias that only renames stands for: `type Tree[T] = Node[T]`; any other symbol itself. NULL stays.
symbol *symbol_meant(sema *s, symbol *sym);
// The type of an alias that is named without type arguments: of a generic one the expected type, where that is one of it.
const type *alias_wanted(sema *s, symbol *alias, span at, const type *hint);
void symbol_type_settle(sema *s, symbol *alias);        // checks an alias that nothing has used yet
const type *type_from_expr(sema *s, const ast_expr *e); // `Array[Int]`, `time.Instant` as an expression; NULL: none
void resolve_tparams(sema *s, const ast_tparams *list, const char *const **names, uint32_t *count);
// What `list` asks of the type parameters of d (or NULL) and of f (or NULL).
void resolve_bounds(sema *s, bound_list *out, const ast_tparams *of_fn, const ast_tparams *of_owner,
                    const ast_tparams *list);
const ast_tparams *tparams_of(const decl_info *d);
bool check_bounds(sema *s, const bound_list *b, const type *const *owner_args, const type *const *fn_args, span at,
                  const char *what, const decl_info *owner, const fn_info *fn);

// ---- instance.c: instances of generics -------------------------------------------------------------------------
openness type_openness(const type *t);
// The instance of a generic declaration. While types are being settled it is not settled either. NULL: in error, reported.
decl_info *decl_instance(sema *s, decl_info *generic, const type *const *args, span at);
// The instance of a template: for the type arguments of its owner, if that is a native generic, its own, and a view.
fn_info *fn_instance(sema *s, fn_info *f, const type *const *owner_args, const type *const *args, cap view, span at);
decl_info *decl_shape(sema *s, decl_info *generic); // for its own parameters: what is unified with, members by name
const type_env *env_new(sema *s, const type_env *up, const ast_tparams *names, const type *const *types);
// Type parameters of `owner` (NULL: those of a function) replaced by args; those that are not known (NULL) stay.
const type *type_bind(sema *s, const type *t, const hir_decl *owner, const type *const *args, uint32_t n, cap self);
const type *param_seen(sema *s, const type *arg, cap written); // `T box` for a T that is arg
bool decl_is_quiet(const sema *s, const decl_info *d);         // nothing is reported about such an instance
void decls_settle(sema *s);                                    // the declarations that are not, as one batch
void signatures_settle(sema *s);
void fn_sign(sema *s, fn_info *f);      // its signature is needed
void fn_reach(sema *s, fn_info *f);     // its body is wanted
void decl_reach(sema *s, decl_info *d); // an agent's behaviours, what operators and printing call
instance *instance_new(sema *s, const void *of, const type *args, const char *name, span at); // args: a tuple
// Not one of very many of one generic inside each other. `larger`: counts those in which smaller ones lead to it.
bool instance_has_end(const instance *i, uint32_t *larger);
void note_instances(sema *s, diag *d, const instance *i);

// ---- check_form.c ------------------------------------------------------------------------------------------------
void check_form(sema *s, const ast_decl *ast); // words of its head that mean nothing there

// ---- collect.c, check_decl.c -------------------------------------------------------------------------------------
void collect_bounds(sema *s, const ast_decl *ast); // the words of its type parameters; reports
bool quality_known(const str *name);               // a small word that can be asked of a type: `sendable`
void suggest_offer_qualities(sema *s, suggestion *g);
void collect_modules(sema *s, const sema_input *in);
void resolve_decls(sema *s);                      // header and signatures
void member_add(sema *s, decl_info *d, member m); // E0212 if it has one of this name
void decl_fields(sema *s, decl_info *d);
void decl_members(sema *s, decl_info *d);
void decl_recursion(sema *s, decl_info *d, decl_kind kind);
void decl_report(sema *s, decl_info *d);
void fn_signature(sema *s, fn_info *f);
bool interface_member_ok(sema *s, decl_info *d, const ast_decl *ast); // interface_report.c: else E0350
void check_bodies(sema *s);
void const_check(sema *s, const_info *c, span used_at); // constant.c
void check_fn(sema *s, fn_info *f);                     // its body
void decl_inits(sema *s, decl_info *d);
void field_type_needed(sema *s, decl_info *d, uint32_t index);

// ---- expressions -------------------------------------------------------------------------------------------------
hir_expr *expr_new(sema *s, hir_kind kind, const type *t, span at);
hir_expr *expr_error(sema *s, span at);
hir_expr *expr_unary(sema *s, hir_kind kind, const type *t, span at, const hir_expr *e);
hir_expr *expr_local(sema *s, hir_var *v, span at);
hir_expr *expr_int(sema *s, const type *t, uint64_t v, span at);
static inline bool is_error(const hir_expr *e) { return e->type->kind == TY_ERROR; }
static inline bool is_place(const hir_expr *e) {
  return e->kind == HIR_LOCAL || e->kind == HIR_FIELD || e->kind == HIR_ELEM || e->kind == HIR_INDEX;
}

// Looks: a place stays a place. `hint` is the type that would suit, or NULL.
hir_expr *check_expr(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_value(sema *s, const ast_expr *e, const type *hint); // check_expr, take_value
void check_lost(sema *s, const ast_expr *e); // what is in error by itself, where the place for it is in error already
hir_expr *check_as(sema *s, const ast_expr *e, const type *want, const char *role); // check_expr, coerce
hir_expr *check_as_for(sema *s, const ast_expr *e, const type *want, const char *role,
                       span wanted);                           // check_expr, coerce_for
hir_expr *check_cond(sema *s, const ast_expr *e);              // Bool; names bound by `is` stay in scope
hir_expr *check_unused(sema *s, const ast_expr *e, bool last); // a statement: its value is dropped; `last` of a body
bool report_future(sema *s, const ast_expr *e, const hir_expr *x);             // E0430 if it is one, and dropped
hir_expr *check_block(sema *s, const ast_block *b, const type *hint, span at); // scope of its own
hir_expr *check_block_as(sema *s, const ast_block *b, const type *want, const char *role);
void check_irrefutable(sema *s, const hir_pat *pat, const char *where);
const type *arithmetic_type(sema *s, hir_op op, const type *a, const type *b); // NULL: does not work
bool is_flexible(const ast_expr *e); // a number literal (or made of those): takes the type of the other operand

// coerce.c
bool is_unique(sema *s, const hir_expr *e);
bool result_is_new(sema *s, const hir_fn *f, const type *result);
// fresh.c: the same of other functions, by what goes in. args: as they are given.
bool result_is_fresh(sema *s, const hir_fn *fn, const hir_expr *receiver, const hir_expr *const *args,
                     const type *result);
// A function value that is given only what can be sent, and gives only that, or what is new.
bool calls_safely(sema *s, const hir_expr *e);
const type *value_type(sema *s, const hir_expr *e); // its type as a kept name
hir_expr *take_value(sema *s, hir_expr *e);
hir_expr *coerce(sema *s, hir_expr *e, const type *want, const char *role);
hir_expr *coerce_for(sema *s, hir_expr *e, const type *want, const char *role,
                     span wanted); // … which is asked for there
bool can_coerce(sema *s, const hir_expr *e, const type *want);
hir_expr *freeze(sema *s, hir_expr *e, const type *t);
void place_typed(sema *s, hir_expr *e); // gives a FIELD, ELEM or INDEX the type it has while looked at
cap_path path_of(sema *s, const hir_expr *e);
bool place_in_object(const hir_expr *e); // others may know the object that it is a part of
void report_mismatch(sema *s, const hir_expr *e, const type *from, const type *want, conversion conv, const char *role);
// Brings branches to one type: hint if all fit, else their join. Reports E0321. The type, or s->error.
const type *join_branches(sema *s, hir_expr **branches, uint32_t n, const type *hint, const char *what);

// check_ops.c
hir_expr *check_unary(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_binary(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_int(sema *s, const ast_expr *e, const type *hint, bool negative);
hir_expr *check_interp(sema *s, const ast_expr *e);
hir_expr *fold_constant(sema *s, hir_expr *e);           // fold.c
uint64_t fold_cut(const type *t, uint64_t v);            // to the width of an integer type, with the sign it has
hir_expr *to_text(sema *s, hir_expr *e);                 // as an interpolation of it
void report_nothing_to_show(sema *s, const hir_expr *x); // E0306
const char *interface_compared(type_quality q);          // what to do instead
bool check_operable(sema *s, const type *t, type_quality q, span at, const char *what);

// check_user_ops.c: NULL where the type has no method for the operator
const char *operator_name(hir_op op); // of the method; NULL: none stands for it
fn_info *operator_method(sema *s, hir_op op, const type *t);
void operator_help(sema *s, diag *d, hir_op op, const char *sign, const type *t); // what is missing for `t op …`
hir_expr *user_binary(sema *s, const ast_expr *e, hir_op op, hir_expr *left);     // checks the right side
hir_expr *user_index(sema *s, const ast_expr *e, hir_expr *object);               // NULL: it is none of the program
hir_expr *user_unary(sema *s, const ast_expr *e, hir_op op, hir_expr *operand);
hir_expr *user_assign(sema *s, const ast_stmt *st, hir_op op, hir_expr *place, const type *stored); // the call

// check_common.c: `hash`, `cmp`, `eq`, `show` of a type that has the quality and declares no such method; NULL: neither
hir_expr *call_common(sema *s, hir_expr *object, ast_ident name, const ast_expr *e);
const char *common_bound(const str *name); // "Eq" for `eq` …; NULL: none of them

// check_iterate.c
hir_expr *check_for_iterator(sema *s, const ast_expr *e,
                             hir_expr *x); // `for` through `next` or `iter`; NULL: has neither

// check_outside.c
bool look_takes(sema *s, span at, const char *what, const type *t,
                span declared); // the path will be judged when it is complete
bool look_denied(const sema *s, span at);
hir_expr *check_path(sema *s, const ast_expr *e, const type *hint,
                     hir_expr *check(sema *, const ast_expr *, const type *));
hir_expr *check_place(sema *s, const ast_expr *e); // what is to be written
// check_name.c, check_member.c
hir_expr *check_name(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_field(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_elem(sema *s, const ast_expr *e);
hir_expr *check_index(sema *s, const ast_expr *e, const type *hint);
hir_expr *field_access(sema *s, hir_expr *object, uint32_t index, span at);
hir_expr *self_expr(sema *s, span at);
decl_info *methods_of(sema *s, const type *t);
member *member_lookup(sema *s, const type *t, const str *name, decl_info **owner);
hir_expr *member_value(sema *s, hir_expr *object, ast_ident name, span at, const type *hint);
bool report_if_foreign(sema *s, const hir_expr *object, const member *m, span at);
hir_expr *look_as(sema *s, const ast_expr *ast, const type *want, const char *role); // looked at where the type fits
hir_expr *chain_begin(sema *s, const ast_expr *object_ast, span at, hir_expr **subject); // a?.…: what is not none
hir_expr *chain_end(sema *s, hir_expr *subject, hir_expr *bound, hir_expr *body, span at);
hir_expr *symbol_value(sema *s, symbol *sym, span at, const type *hint);
hir_expr *unknown_name(sema *s, const str *name, span at, bool type_wanted);
// Is this a path to a declaration (a type, or something of a module)? *out is NULL if it is, but in error (and reported).
bool static_path(sema *s, const ast_expr *e, symbol **out);
// Tree[Int]: the type that an expression before a `.` spells. NULL: it is none.
const type *type_applied(sema *s, const ast_expr *e);
bool outside_use(sema *s, span at, const char *what, const type *t, span declared); // in a block; false: reported
void report_outside(sema *s, const recover *r, span at, const char *what, const type *t, span declared);
bool member_visible(sema *s, const decl_info *d, const member *m, span at);
// How what other languages call by this name is written here; NULL: that is not known.
const char *member_form(sema *s, const type *t, const decl_info *d, const str *name);
const char *member_word(sema *s, const decl_info *d, const str *name); // the type's method that does it
void member_unknown(sema *s, const type *t, const str *name, span at);
void report_variant(sema *s, decl_info *d, ast_ident name); // that it has not

// check_call.c
hir_expr *check_call(sema *s, const ast_expr *e, const type *hint);
hir_expr *make_new(sema *s, decl_info *d, const type *written, const ast_args *args, span at, const type *hint);
hir_expr *make_variant(sema *s, decl_info *d, uint32_t index, const ast_args *args, span at, const type *hint);
// Arguments in parameter order, defaults filled in.
typedef struct param_desc {
  const str *name;
  const type *type;
  const ast_expr *init;
  span span;           // of the name and the type
  const type_env *env; // of its default
} param_desc;
typedef struct arg_list {
  const hir_expr **items;
  uint32_t count;
  bool ok;
  const uint32_t *order; // of the text, if it is another than that of the parameters; else NULL
} arg_list;
hir_expr *after_args(sema *s, const arg_list *list, hir_expr *call); // the call, its arguments computed in that order
// In which order arguments are computed, as indices of parameters; NULL: in theirs.
const uint32_t *text_order(sema *s, const ast_args *args, const ast_arg **slots, uint32_t n);
bool match_args(sema *s, const param_desc *params, uint32_t n, const ast_args *args, span at, const char *what,
                const ast_arg **slots);
bool arg_values(sema *s, const param_desc *params, uint32_t n, const ast_args *args, const ast_arg **slots,
                hir_expr **out, module_info *home, span at);
void check_surplus(sema *s, const ast_args *args); // of a call that is in error: for the errors in them
arg_list check_args(sema *s, const param_desc *params, uint32_t n, const ast_args *args, span at, const char *what,
                    module_info *home);
// As check_args, for values that are checked already (those that are not are NULL).
arg_list finish_args(sema *s, const param_desc *params, uint32_t n, const ast_args *args, const ast_arg **slots,
                     hir_expr **values, const char *what, module_info *home);
// ---- check_generic.c ---------------------------------------------------------------------------------------------
// Errors of an instance: kept apart, then shown where it is asked for, unless the generic itself is known to be wrong.
typedef struct capture {
  diag_sink sink;
  diag_sink *outer;
} capture;
void capture_begin(sema *s, capture *c);
void capture_end_instance(sema *s, capture *c, const instance *why);
void check_generics(sema *s); // at their definitions
// What to ask of t, if it is a type parameter, so that it can be used so.
void bound_help(sema *s, diag *d, const type *t, const char *bound);

// ---- infer.c: type arguments that are not written ----------------------------------------------------------------
typedef struct inference {
  const hir_decl *owner; // whose parameters: NULL: a function's own
  const ast_tparams *names;
  const type **found; // by parameter; NULL: not yet
  bool *weak;         // the expected type says so, which arguments may overrule
  bool *may_be_none;  // an argument is `none`
  bool written;       // arguments change nothing
  uint32_t count;
  const char *what; // "`pair`"
} inference;
inference infer_begin(sema *s, const hir_decl *owner, const ast_tparams *names, const char *what);
void infer_explicit(inference *inf, const type *const *args);
void infer_expected(sema *s, inference *inf, const type *pattern, const type *hint);
// Checks the arguments, in the order in which they help. `patterns[i].type` may name the parameters.
bool type_is_told(const type *t); // not a part of it is unknown (TY_ERROR)
bool infer_args(sema *s, inference *inf, const param_desc *patterns, uint32_t n, const ast_args *args,
                const ast_arg **slots, hir_expr **out);
// What the bounds say of types not found yet: `S: Iterator[T]`, where S is known.
void infer_bounds(sema *s, inference *inf, const bound_list *bounds, bool of_owner, const type_env *env,
                  module_info *mod);
bool infer_done(sema *s, inference *inf, span at); // else E0303
// The arguments that make a *decl (or, of an enum, a variant); of a generic, *decl becomes the instance they make.
arg_list made_args(sema *s, decl_info **decl, int variant, const ast_args *args, span at, const char *what,
                   const type *hint);
hir_expr *const_value(sema *s, const ast_type *written, const ast_expr *init, span at, const char *name);
hir_expr *check_default(sema *s, const ast_expr *e, const type *want, module_info *home, const type_env *env);
typedef struct type_args { // as written: f[Int](x)
  const type *const *items;
  uint32_t count;
  span span;
} type_args;
hir_expr *report_made_param(sema *s, const char *name, const ast_args *args, span at); // E0307
const type_args *written_args(sema *s, const ast_expr *applied); // of `name[…]`; NULL: one is no type (reported)
hir_expr *call_fn_of(sema *s, fn_info *f, hir_expr *receiver, const type_args *written, const ast_args *args, span at,
                     span name_at, const type *hint); // written: NULL: told from the arguments
hir_expr *call_fn(sema *s, fn_info *f, hir_expr *receiver, const ast_args *args, span at, span name_at,
                  const type *hint);
// A method that stands for an operator: its operands are looked at, not moved. `right` NULL: none.
hir_expr *call_operator(sema *s, fn_info *f, hir_expr *receiver, const ast_expr *right, span at, span name_at);
// check_variadic.c: `f(x, ...)` of C. The function that a call with these arguments names; then, slots filled, the types and values of
// those that stand for `...`.
fn_info *variadic_shape(sema *s, fn_info *f, const ast_args *args);
void variadic_types(sema *s, fn_info *called, const ast_arg **slots, hir_expr **values);
void decide_lending(sema *s, const char *callee, const type *result, const param_desc *params, hir_expr **values,
                    uint32_t n, bool *lent); // marks in `lent` the arguments that stay with the caller
hir_expr *check_array(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_map(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_tuple(sema *s, const ast_expr *e, const type *hint);
hir_expr *call_member(sema *s, hir_expr *object, ast_ident name, const ast_expr *e, const type *hint);
hir_expr *check_build(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_builtin_call(sema *s, builtin_fn b, const ast_expr *e, const type *hint);
hir_expr *check_take(sema *s, const ast_expr *e);
hir_expr *check_assert(sema *s, const ast_expr *e); // check_assert.c
hir_expr *check_raises(sema *s, const ast_expr *e);
bool check_writable(sema *s, const hir_expr *place, span at, const char *verb);
// As check_writable, of what is assigned, swapped or taken as a whole.
bool check_target(sema *s, const hir_expr *place, span at, const char *verb);

// check_closure.c
hir_expr *check_closure(sema *s, const ast_expr *e,
                        const type *hint); // parts of the hint that are in error are not known
hir_expr *closure_of_fn(sema *s, fn_info *f, span at, const type *hint); // a function named as a value
hir_expr *call_value(sema *s, hir_expr *callee, const ast_expr *call);
hir_expr *closure_gives_none(sema *s, span at);               // E0303
void closure_names(sema *s, span at);                         // a name that is looked up next stands here
local *closure_capture(sema *s, const str *name);             // of the closure being checked; NULL: nowhere
hir_expr *closure_captured(sema *s, const local *l, span at); // such a capture, as an expression
hir_expr *closure_self(sema *s, span at);                     // the `self` around it
bool closure_self_is_tag(sema *s, const hir_expr *self, const str *field, span at);  // reports
hir_expr *closure_captures_part(sema *s, const str *name, hir_expr *value, span at); // of what is being initialised

// A method named where a function value is wanted: how to write one. False: none is wanted.
bool help_closure(sema *s, diag *d, const fn_info *method, span at, const type *hint);

// check_control.c
hir_expr *check_if(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_match(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_loop(sema *s, const ast_expr *e);
hir_expr *check_for(sema *s, const ast_expr *e);
hir_expr *check_loop_body(sema *s, const ast_block *b, bool *broke); // *broke: a `break` leaves it
hir_expr *check_jump(sema *s, const ast_expr *e);
hir_expr *drop_value(sema *s, hir_expr *x);
const type *join_arms(sema *s, hir_expr **bodies, uint32_t n, const type *hint); // hint unit: dropped
hir_expr *check_stmt(sema *s, const ast_stmt *st);

// check_errors.c
hir_expr *check_else(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_catch(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_try(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_raise(sema *s, const ast_expr *e);
void raises_decl(sema *s, decl_info *d, span at, const char *what, bool needs_try);
void raises_named(sema *s, const char *name, span at, const char *what); // an error of the prelude
void raises_call(sema *s, fn_info *f, span at);
void check_leaks(sema *s);

// check_export.c
void check_exports(sema *s); // when it is known which functions wait
// check_use.c
void check_uses(sema *s);
// check_waits.c
fn_info *maker_of(sema *s, decl_info *d); // its initialisers, as a function that may wait
void check_waits(sema *s);

// check_pattern.c
// `moved`: the whole is a value that is used up, so that its parts are bound as they are.
hir_pat *check_error_pattern(sema *s, const ast_pat *p); // of a catch arm
hir_pat *check_pattern(sema *s, const ast_pat *p, const type *subject, bool moved, bool is_var);
// Names that a condition has tested for `none` stand for what is inside, from here to the end of the scope: the lets that make it so.
typedef VEC(hir_expr *) narrowed;
void narrow_tested(sema *s, const ast_expr *cond, bool holds, span since,
                   narrowed *out); // since: what may be run between the test and what is known by it
// Those that stand for what is inside of a `var` are hidden while that may have a new value.
typedef struct hidden_name {
  uint32_t local;
  const str *name;
} hidden_name;
typedef VEC(hidden_name) hidden_names;
void fragile_hide(sema *s, span stored_in, hidden_names *out); // those stored there; SPAN_NONE: all
void fragile_before(sema *s, const ast_stmt *st, hidden_names *out);
void fragile_show(sema *s, hidden_names *hidden);
hir_expr *narrow_and(sema *s, const ast_expr *left, hir_expr *test,
                     span whole); // … in the rest of its `and` chain: the test, with these names
hir_expr *narrowed_body(sema *s, const narrowed *lets, hir_expr *body); // the lets, then the body
hir_expr *optional_as_written(sema *s, hir_expr *e);                    // the value of a name whose type is inferred
hir_expr *optional_again(sema *s, hir_expr *e);                         // narrow.c: where a test for `none` may follow
void narrow_arm(sema *s, hir_pat *pat, const hir_arm *before, uint32_t count, bool moved,
                bool unsure); // narrow.c
hir_pat *pattern_wild(sema *s, const type *t, span at);
bool subject_moves(sema *s, const hir_expr *e);
hir_pat *pattern_kept(sema *s, hir_pat *p, const hir_expr *subject); // its names, if it is a part of an object

// check_prim.c
bool may_wait(sema *s, span at, const char *what); // E0519 where nothing may suspend
hir_expr *check_spawn(sema *s, const ast_expr *e, const type *hint);
hir_expr *check_signal(sema *s, const ast_expr *e);
hir_expr *check_await(sema *s, const ast_expr *e, const ast_expr *within, const type *hint);
hir_expr *check_within(sema *s, const ast_expr *e, const type *hint);

// check_callback.c
hir_expr *check_callback(sema *s, const ast_expr *e);
// check_lease.c
fn_info *prelude_fn(sema *s, const char *name); // which is there
hir_expr *prelude_call(sema *s, const fn_info *f, const hir_expr **args, span at);
hir_expr *check_lease(sema *s, const ast_expr *e, const ast_expr *within);

// check_channel.c
hir_expr *check_channel(sema *s, const ast_expr *e, const type *hint);
bool waits_where_it_may(sema *s, const fn_info *f, const ast_expr *call); // else reported
// `call` of a native that waits. limit: of `within`, or NULL.
hir_expr *await_native(sema *s, hir_expr *call, hir_expr *limit, span at);

hir_expr *check_timer(sema *s, const ast_expr *e);
arg_list message_args(sema *s, fn_info *f, const ast_args *args, span at);
hir_expr *message_new(sema *s, hir_kind kind, const type *t, span at, hir_expr *target, fn_info *f, arg_list list);
void report_no_behaviour(sema *s, const member *m, const decl_info *d, span at, bool group);
bool shareable_args(sema *s, fn_info *f, span at, const char *what); // of what goes to several receivers: no iso
hir_expr *duration_of(sema *s, const ast_expr *within);              // what stands after `within`; NULL: nothing
// check_group.c
hir_expr *check_quorum(sema *s, const ast_expr *e, const ast_expr *within);
hir_expr *check_broadcast(sema *s, const ast_expr *e);
hir_expr *check_shard(sema *s, const ast_expr *e);
hir_expr *ask_or_report(sema *s, hir_expr *target, fn_info *f, const ast_expr *call, span name_at);
typedef struct mailbox_options {
  int64_t capacity, high, low;
  int full, priority;
} mailbox_options;
// check_annotation.c; -1: not written
mailbox_options check_annotations(sema *s, const ast_annotations *list);
// Before `spawn`, a node or a group, of an agent that says `agent` itself: both together must fit.
mailbox_options annotations_over(sema *s, const ast_annotations *list, const mailbox_options *agent);

#endif
