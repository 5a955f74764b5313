// sb_num.h — decimal digits of floats.
// Promises: agi_shortest_* give the fewest significant digits that read back as the same number, nearest to it.
#ifndef AGI_DATA_SB_NUM_H
#define AGI_DATA_SB_NUM_H

#include <agent/abi.h>

// x = 0.d1d2d3… * 10^point; digits without trailing zeros (zero: one digit '0', point 1). x is finite and not negative.
typedef struct agi_decimal {
  char digits[20];
  int count;
  int point;
} agi_decimal;
void agi_shortest_f64(double x, agi_decimal *d);
void agi_shortest_f32(float x, agi_decimal *d);
void agi_decimal_put(ag_sb *sb, const agi_decimal *d);          // `12.0`, `1.5e-7`
void agi_decimal_put_exponent(ag_sb *sb, const agi_decimal *d); // `1.2e1`
bool agi_float_special(ag_sb *sb, double x);                    // writes nan, inf, -inf, and answers true, if it is one

#endif
