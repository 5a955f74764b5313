// linux.c — platform.h for Linux.
// Owns:     nothing.
// Promises: as platform.h says; a failing system call that cannot fail here ends the program with a line on stderr.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "platform/platform.h"

void *agi_map(size_t size, size_t align) {
  char *at = mmap(NULL, size + align, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return NULL;
  size_t before = (align - ((uintptr_t)at & (align - 1))) & (align - 1);
  if (before) munmap(at, before);
  munmap(at + before + size, align - before);
  return at + before;
}

void agi_map_forget(void *at, size_t size) { madvise(at, size, MADV_DONTNEED); }

void agi_unmap(void *at, size_t size) { munmap(at, size); }

int64_t agi_now_ns(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void agi_keep_loaded(void (*code)(void)) {
  Dl_info of;
  void *at, *library;
  memcpy(&at, &code, sizeof at);
  if (!dladdr(at, &of) || !of.dli_fname) return;
  library = dlopen(of.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE); // NULL: the program itself
  if (library) dlclose(library);
}

uint32_t agi_cpu_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int n = CPU_COUNT(&set);
    if (n > 0) return (uint32_t)n;
  }
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (uint32_t)n : 1;
}

void agi_yield(void) { sched_yield(); }

void agi_die(const char *what) {
  fflush(stdout);
  fprintf(stderr, "agent runtime: %s\n", what);
  abort();
}

void agi_futex_wait(_Atomic uint32_t *word, uint32_t expect, int64_t timeout_ns) {
  struct timespec ts = {.tv_sec = (time_t)(timeout_ns / 1000000000), .tv_nsec = (long)(timeout_ns % 1000000000)};
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expect, timeout_ns < 0 ? NULL : &ts, NULL, 0);
}

void agi_futex_wake(_Atomic uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

bool agi_thread_start(agi_thread *t, size_t stack_size, void *(*run)(void *), void *arg) {
  pthread_attr_t attr;
  if (pthread_attr_init(&attr) != 0) return false;
  bool ok = pthread_attr_setstacksize(&attr, stack_size) == 0 && pthread_create(&t->id, &attr, run, arg) == 0;
  pthread_attr_destroy(&attr);
  return ok;
}

void agi_thread_here(agi_thread *t) {
  atomic_store_explicit(&t->system_id, (int32_t)syscall(SYS_gettid), memory_order_relaxed);
}

int64_t agi_thread_cpu_ns(const agi_thread *t) {
  clockid_t clock;
  struct timespec ts;
  if (pthread_getcpuclockid(t->id, &clock) != 0 || clock_gettime(clock, &ts) != 0) return 0;
  return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t agi_cpu_ns_here(void) {
  struct timespec ts;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts) != 0) return 0;
  return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

// The letter after the name in brackets: S asleep, D asleep in the kernel, R runs or could.
bool agi_thread_sleeps(agi_thread *t) {
  char path[64], text[512];
  int32_t id = atomic_load_explicit(&t->system_id, memory_order_relaxed);
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
  int fd = id ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return false;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return false;
  text[n] = 0;
  const char *end = strrchr(text, ')');
  return end && end[1] == ' ' && (end[2] == 'S' || end[2] == 'D');
}

void agi_thread_join(agi_thread *t) { pthread_join(t->id, NULL); }

// ThreadSanitizer remembers 65,536 calls and crashes at the next, so that less of the stack can be used.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define AGI_STACK_USABLE ((size_t)1 << 20)
#endif
#endif
#ifndef AGI_STACK_USABLE
#define AGI_STACK_USABLE ((size_t)64 << 20) // also of a main thread whose stack has no limit
#endif

char *agi_stack_limit(size_t margin) {
  pthread_attr_t attr;
  void *low = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attr) != 0) return NULL;
  pthread_attr_getstack(&attr, &low, &size);
  pthread_attr_destroy(&attr);
  if (size > AGI_STACK_USABLE) {
    low = (char *)low + (size - AGI_STACK_USABLE);
    size = AGI_STACK_USABLE;
  }
  return size > 2 * margin ? (char *)low + margin : (char *)low;
}
