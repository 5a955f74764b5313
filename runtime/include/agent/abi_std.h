// abi_std.h — natives of the stdlib modules (stdlib/<module>/<module>.agent).
// Owns:     their prototypes. Names: module function `std.io` `_read_file` is ag_io__read_file.
// Promises: as abi_data.h. What can fail answers NULL or false and leaves the reason for ag_io__reason on the same
//           thread; the .agent wrapper raises, so errors are declared in the language.
// Does not: belong to embedders.
#ifndef AGENT_ABI_STD_H
#define AGENT_ABI_STD_H

// std.io
ag_str *ag_io__read_file(ag_cx *cx, ag_str *path); // NULL: see the reason
ag_bytes *ag_io__read_bytes(ag_cx *cx, ag_str *path);
bool ag_io__write_file(ag_cx *cx, ag_str *path, ag_str *text, bool append);
bool ag_io__write_bytes(ag_cx *cx, ag_str *path, ag_bytes *data, bool append);
ag_bytes *ag_io__read_part(ag_cx *cx, ag_str *path, int64_t from, int64_t size); // fewer bytes at the end; NULL: failed
ag_array *ag_io__list_dir(ag_cx *cx, ag_str *path);                              // names, sorted
bool ag_io__remove(ag_cx *cx, ag_str *path);                                     // a file, or an empty folder
bool ag_io__rename(ag_cx *cx, ag_str *from, ag_str *to);
bool ag_io__make_dir(ag_cx *cx, ag_str *path);
int64_t ag_io__kind(ag_cx *cx, ag_str *path);      // AG_IO_NOTHING &c; links are followed
int64_t ag_io__file_size(ag_cx *cx, ag_str *path); // -1: failed
ag_str *ag_io__read_line(ag_cx *cx);               // NULL: end of input, or a reason that is not empty
ag_str *ag_io__read_all(ag_cx *cx);
ag_str *ag_io__reason(ag_cx *cx); // of the last call above on this thread; empty: it succeeded
bool ag_io_exists(ag_cx *cx, ag_str *path);
void ag_io_eprint(ag_cx *cx, ag_str *line);
void ag_io_flush(ag_cx *cx);

enum { AG_IO_NOTHING, AG_IO_FILE, AG_IO_FOLDER, AG_IO_OTHER };

// std.time
int64_t ag_time_now(ag_cx *cx);
int64_t ag_time_nanos(ag_cx *cx, int64_t n);
int64_t ag_time_micros(ag_cx *cx, int64_t n); // these raise Overflow
int64_t ag_time_millis(ag_cx *cx, int64_t n);
int64_t ag_time_secs(ag_cx *cx, int64_t n);
int64_t ag_time_minutes(ag_cx *cx, int64_t n);
int64_t ag_time_hours(ag_cx *cx, int64_t n);
int64_t ag_time_at(ag_cx *cx, int64_t unix_nanos);

// std.random
uint64_t ag_random_entropy(ag_cx *cx);
void ag_random_shuffle(ag_cx *cx, ag_array *xs, int64_t seed);
int64_t ag_random__pick(ag_cx *cx, uint64_t bits, int64_t from, int64_t to); // raises IndexOutOfRange if empty
bool ag_random__biased(ag_cx *cx, uint64_t bits, int64_t from, int64_t to);  // likewise

// std.env, std.process
ag_str *ag_env_get(ag_cx *cx, ag_str *name);
void ag_process_exit_code(ag_cx *cx, int64_t status); // raises BadConversion outside 0..255
int64_t ag_process_id(ag_cx *cx);

// std.metrics
ag_array *ag_metrics__all(ag_cx *cx);
// std.profile
int64_t ag_profile__time(ag_cx *cx, ag_agent *agent);
double ag_profile__rate(ag_cx *cx, ag_agent *agent);
double ag_profile__load(ag_cx *cx, ag_agent *agent);
int64_t ag_profile__longest(ag_cx *cx, ag_agent *agent);

ag_array *ag_process_args(ag_cx *cx);
ag_array *ag_env_names(ag_cx *cx);

// std.math: F1(name) of one F64, F2(name) of two
// clang-format off
#define AG_MATH_FUNCTIONS(F1, F2)                                                                            \
  F1(sqrt) F1(cbrt) F1(exp) F1(exp2) F1(expm1) F1(ln) F1(log2) F1(log10) F1(log1p) F1(sin) F1(cos) F1(tan)    \
  F1(asin) F1(acos) F1(atan) F1(sinh) F1(cosh) F1(tanh) F1(asinh) F1(acosh) F1(atanh) F1(floor) F1(ceil)     \
  F1(round) F1(trunc) F1(abs) F1(gamma) F1(erf)                                                              \
  F2(pow) F2(atan2) F2(hypot) F2(min) F2(max) F2(copysign) F2(remainder)
// clang-format on
#define AG_DECLARE_MATH_1(name) double ag_math_##name(ag_cx *cx, double x);
#define AG_DECLARE_MATH_2(name) double ag_math_##name(ag_cx *cx, double x, double y);
AG_MATH_FUNCTIONS(AG_DECLARE_MATH_1, AG_DECLARE_MATH_2)
double ag_math_clamp(ag_cx *cx, double x, double low, double high);
#ifndef __TINYC__
// What is an instruction or two; the functions themselves are there for all who want an address (and for TinyCC).
#define AG_INLINE_MATH(name, builtin)                                                                   \
  extern inline __attribute__((gnu_inline, always_inline)) double ag_math_##name(ag_cx *cx, double x) { \
    (void)cx;                                                                                           \
    return builtin(x);                                                                                  \
  }
AG_INLINE_MATH(sqrt, __builtin_sqrt)
AG_INLINE_MATH(abs, __builtin_fabs)
AG_INLINE_MATH(floor, __builtin_floor)
AG_INLINE_MATH(ceil, __builtin_ceil)
AG_INLINE_MATH(trunc, __builtin_trunc)
#undef AG_INLINE_MATH
#endif

#endif
