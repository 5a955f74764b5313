// platform.h — the whole list of what a port must supply.
// Owns:     nothing.
// Promises: clock, memory, threads, sleeping on a word or a descriptor, stack bounds; nothing else in the runtime calls the system for these.
// Does not: know the scheduler.
#ifndef AGI_PLATFORM_PLATFORM_H
#define AGI_PLATFORM_PLATFORM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Memory of the system, aligned to `align` (a power of two, of pages), zero when it is touched first; NULL: there is none.
void *agi_map(size_t size, size_t align);
void agi_map_forget(void *at, size_t size); // a part: it goes back, and is zero when it is touched again
void agi_unmap(void *at, size_t size);

int64_t agi_now_ns(void);       // monotonic
uint32_t agi_cpu_count(void);   // processors this process may use, at least 1
void agi_yield(void);           // gives the rest of the time slice away
void agi_die(const char *what); // one line on stderr, then abort; for states nothing can be done about

// Sleeps while *word == expect, until woken, or timeout_ns have passed (negative: no limit). May return early.
void agi_futex_wait(_Atomic uint32_t *word, uint32_t expect, int64_t timeout_ns);
void agi_futex_wake(_Atomic uint32_t *word); // wakes one

// A descriptor that others wait on, readable when it has been set or its time has come. Two of the system's, joined in a third.
typedef struct agi_event {
  int all, set, timer;
} agi_event;
bool agi_event_open(agi_event *e); // false: the system has no more
void agi_event_close(agi_event *e);
void agi_event_set(int set);                         // any thread
void agi_event_clear(agi_event *e);                  // not set any more
void agi_event_at(agi_event *e, int64_t after_ns);   // readable after so long; below 0: never
void agi_event_wait(agi_event *e, int64_t after_ns); // until readable, or so long (below 0: no limit). May return early

// The shared library that has the function `code` stays in the process from now on, even when who has loaded it unloads it.
void agi_keep_loaded(void (*code)(void));

typedef struct agi_thread {
  pthread_t id;
  _Atomic int32_t system_id; // 0: not known yet
} agi_thread;
bool agi_thread_start(agi_thread *t, size_t stack_size, void *(*run)(void *), void *arg);
void agi_thread_join(agi_thread *t);
void agi_thread_here(agi_thread *t);            // the calling thread is t
int64_t agi_thread_cpu_ns(const agi_thread *t); // time it has spent on a processor; it runs
int64_t agi_cpu_ns_here(void);                  // likewise, the calling thread
bool agi_thread_sleeps(agi_thread *t); // it waits for something just now; false: it runs, could run, or one cannot tell
char *agi_stack_limit(size_t margin);  // lowest address the calling thread may use, plus margin

// A counter that runs at a constant rate, the same for all threads; of unknown unit. Cheaper than the clock.
static inline uint64_t agi_ticks(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t n;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(n));
  return n;
#else
  return (uint64_t)agi_now_ns();
#endif
}

static inline void agi_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
