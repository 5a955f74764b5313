// data_abi_ops.h — the inline operations of abi_data.h at all edges, folded into one number. Compiled twice, by the system's
// compiler and by TinyCC, which takes other branches: both must get the same (data_abi_test.c).
#ifndef DATA_ABI_OPS_H
#define DATA_ABI_OPS_H

#include <agent/abi.h>

static const int64_t op_edges[] = {AG_I64_MIN,
                                   -9223372036854775807LL,
                                   -4294967297LL,
                                   -4294967296LL,
                                   -2147483649LL,
                                   -2147483648LL,
                                   -65536,
                                   -32769,
                                   -32768,
                                   -256,
                                   -129,
                                   -128,
                                   -2,
                                   -1,
                                   0,
                                   1,
                                   2,
                                   3,
                                   7,
                                   63,
                                   64,
                                   127,
                                   128,
                                   255,
                                   256,
                                   32767,
                                   32768,
                                   65535,
                                   65536,
                                   2147483647LL,
                                   2147483648LL,
                                   4294967295LL,
                                   4294967296LL,
                                   3037000500LL,
                                   9223372036854775806LL,
                                   AG_I64_MAX};
enum { OP_EDGES = sizeof op_edges / sizeof *op_edges };

// What an operation answered and, if it gave a value, which.
#define TALLY(N, T, call)                          \
  {                                                \
    T r = 0;                                       \
    int how = (call);                              \
    sum = ag_hash_mix(sum, (uint64_t)how);         \
    if (!how) sum = ag_hash_mix(sum, (uint64_t)r); \
  }
#define TALLY_INT(N, T)                                             \
  static uint64_t tally_##N(ag_cx *cx, uint64_t sum) {              \
    for (int i = 0; i < OP_EDGES; i++) {                            \
      for (int k = 0; k < OP_EDGES; k++) {                          \
        T a = (T)op_edges[i], b = (T)op_edges[k];                   \
        double half = (double)op_edges[k] / 2, d = 0;               \
        TALLY(N, T, ag_add_##N(a, b, &r))                           \
        TALLY(N, T, ag_sub_##N(a, b, &r))                           \
        TALLY(N, T, ag_mul_##N(a, b, &r))                           \
        TALLY(N, T, ag_div_##N(a, b, &r))                           \
        TALLY(N, T, ag_mod_##N(a, b, &r))                           \
        TALLY(N, T, ag_neg_##N(a, &r))                              \
        TALLY(N, T, ag_shl_##N(a, op_edges[k], &r))                 \
        TALLY(N, T, ag_shr_##N(a, op_edges[k], &r))                 \
        TALLY(N, int8_t, ag_conv_##N##_i8(a, &r))                   \
        TALLY(N, int64_t, ag_conv_##N##_i64(a, &r))                 \
        TALLY(N, uint32_t, ag_conv_##N##_u32(a, &r))                \
        TALLY(N, uint64_t, ag_conv_##N##_u64(a, &r))                \
        TALLY(N, T, ag_conv_f64_##N(half, &r))                      \
        TALLY(N, T, ag_conv_f32_##N((float)half, &r))               \
        sum = ag_hash_mix(sum, (uint64_t)ag_wmul_##N(a, b));        \
        sum = ag_hash_mix(sum, (uint64_t)ag_wadd_##N(a, b));        \
        sum = ag_hash_mix(sum, (uint64_t)ag_wsub_##N(a, b));        \
        sum = ag_hash_mix(sum, (uint64_t)ag_wrap_f64_##N(half));    \
        sum = ag_hash_mix(sum, (uint64_t)ag_conv_##N##_f64(a, &d)); \
        sum = ag_hash_mix(sum, ag_f64_bits(cx, d));                 \
      }                                                             \
    }                                                               \
    return sum;                                                     \
  }
TALLY_INT(i8, int8_t)
TALLY_INT(i16, int16_t)
TALLY_INT(i32, int32_t)
TALLY_INT(i64, int64_t)
TALLY_INT(u8, uint8_t)
TALLY_INT(u16, uint16_t)
TALLY_INT(u32, uint32_t)
TALLY_INT(u64, uint64_t)

static void tally_all(ag_cx *cx, uint64_t sums[8]) {
  sums[0] = tally_i8(cx, 0);
  sums[1] = tally_i16(cx, 0);
  sums[2] = tally_i32(cx, 0);
  sums[3] = tally_i64(cx, 0);
  sums[4] = tally_u8(cx, 0);
  sums[5] = tally_u16(cx, 0);
  sums[6] = tally_u32(cx, 0);
  sums[7] = tally_u64(cx, 0);
}

#endif
