// math.c — std.math: libm under the language's names.
// Promises: every function of AG_MATH_FUNCTIONS (a missing one does not link).
#include <math.h>

#include "data/data.h"

#define DEFINE_1(name, libm)                   \
  double ag_math_##name(ag_cx *cx, double x) { \
    (void)cx;                                  \
    return libm(x);                            \
  }
#define DEFINE_2(name, libm)                             \
  double ag_math_##name(ag_cx *cx, double x, double y) { \
    (void)cx;                                            \
    return libm(x, y);                                   \
  }
DEFINE_1(sqrt, sqrt)
DEFINE_1(cbrt, cbrt)
DEFINE_1(exp, exp)
DEFINE_1(exp2, exp2)
DEFINE_1(expm1, expm1)
DEFINE_1(ln, log)
DEFINE_1(log2, log2)
DEFINE_1(log10, log10)
DEFINE_1(log1p, log1p)
DEFINE_1(sin, sin)
DEFINE_1(cos, cos)
DEFINE_1(tan, tan)
DEFINE_1(asin, asin)
DEFINE_1(acos, acos)
DEFINE_1(atan, atan)
DEFINE_1(sinh, sinh)
DEFINE_1(cosh, cosh)
DEFINE_1(tanh, tanh)
DEFINE_1(asinh, asinh)
DEFINE_1(acosh, acosh)
DEFINE_1(atanh, atanh)
DEFINE_1(gamma, tgamma)
DEFINE_1(erf, erf)
DEFINE_1(floor, floor)
DEFINE_1(ceil, ceil)
DEFINE_1(round, round)
DEFINE_1(trunc, trunc)
DEFINE_1(abs, fabs)
DEFINE_2(pow, pow)
DEFINE_2(atan2, atan2)
DEFINE_2(hypot, hypot)
DEFINE_2(min, fmin)
DEFINE_2(max, fmax)
DEFINE_2(copysign, copysign)
DEFINE_2(remainder, remainder)

double ag_math_clamp(ag_cx *cx, double x, double low, double high) { return ag_f64_clamp(cx, x, low, high); }
