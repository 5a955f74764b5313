// atomic.h — C11 atomics with the memory order in the name.
// Owns:     nothing; thin macros over <stdatomic.h>.
// Promises: every access to a shared field shows its order where it stands, and pairs as its file's table says.
// Does not: offer sequentially consistent defaults: `_sc` is written out where a total order is really needed.
#ifndef AGI_BASE_ATOMIC_H
#define AGI_BASE_ATOMIC_H

#include <stdatomic.h>

#define agi_load_relaxed(p) atomic_load_explicit((p), memory_order_relaxed)
#define agi_load_acquire(p) atomic_load_explicit((p), memory_order_acquire)
#define agi_load_sc(p) atomic_load_explicit((p), memory_order_seq_cst)
#define agi_store_relaxed(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define agi_store_release(p, v) atomic_store_explicit((p), (v), memory_order_release)
#define agi_store_sc(p, v) atomic_store_explicit((p), (v), memory_order_seq_cst)
#define agi_swap_acquire(p, v) atomic_exchange_explicit((p), (v), memory_order_acquire)
#define agi_swap_acq_rel(p, v) atomic_exchange_explicit((p), (v), memory_order_acq_rel)
#define agi_add_relaxed(p, v) atomic_fetch_add_explicit((p), (v), memory_order_relaxed)
#define agi_sub_acq_rel(p, v) atomic_fetch_sub_explicit((p), (v), memory_order_acq_rel)
#define agi_or_acq_rel(p, v) atomic_fetch_or_explicit((p), (v), memory_order_acq_rel)
#define agi_or_sc(p, v) atomic_fetch_or_explicit((p), (v), memory_order_seq_cst)
#define agi_and_acq_rel(p, v) atomic_fetch_and_explicit((p), (v), memory_order_acq_rel)
// On failure *expected holds the value found, read with acquire.
#define agi_cas_acq_rel(p, expected, v) \
  atomic_compare_exchange_strong_explicit((p), (expected), (v), memory_order_acq_rel, memory_order_acquire)
#define agi_cas_weak_acq_rel(p, expected, v) \
  atomic_compare_exchange_weak_explicit((p), (expected), (v), memory_order_acq_rel, memory_order_acquire)
#define agi_cas_sc(p, expected, v) \
  atomic_compare_exchange_strong_explicit((p), (expected), (v), memory_order_seq_cst, memory_order_seq_cst)

#endif
