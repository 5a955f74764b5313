// test_run.h — one test in a process of its own.
// Owns:     the process, its pipes, and what it wrote, until test_run_free.
// Promises: whatever a test does (fails, crashes, hangs, writes without end), it takes no other with it; a process is never
//           left behind, nor is one that did not end in time left running.
// Does not: choose tests or show results (cmd_test.c does).
#ifndef BACKEND_TEST_RUN_H
#define BACKEND_TEST_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend/jit.h"
#include "base/buf.h"

typedef struct test_run {
  pid_t pid;
  int out, failures; // pipes; -1: closed
  buf output;        // what it wrote on stdout and stderr, the first of it
  bool cut;          // there was more
  buf records;       // its failures: test_run_failure reads them
  int64_t started_ns, deadline_ns, took_ns;
  bool ended, timed_out;
  int wait_status; // as of waitpid
} test_run;

// Starts test `index` of a program that has tests. NULL, or what went wrong.
const char *test_run_start(test_run *t, const jit_program *program, uint32_t index, int64_t timeout_ns);
// Waits until at least one of them ends, or for a moment; those that are over time are ended.
void test_run_poll(test_run *const *running, uint32_t count);
// The failure at *at, which moves on; false: there are no more. Texts live as long as t.
bool test_run_failure(const test_run *t, size_t *at, ag_failure *out);
void test_run_free(test_run *t);

#endif
