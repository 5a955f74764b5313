// test_report.h — what `agentc test` says of each test, and at the end.
// Owns:     nothing.
// Promises: on stdout, one piece per test: text for people, or one JSON object a line for tools.
// Does not: know how tests are run.
#ifndef DRIVER_TEST_REPORT_H
#define DRIVER_TEST_REPORT_H

#include "backend/test_run.h"
#include "driver/session.h"

typedef struct test_place { // where a test stands
  const char *file, *title;
  uint32_t line;
} test_place;

typedef struct test_totals {
  uint32_t passed, failed, broken_files;
  int64_t took_ns;
} test_totals;

typedef struct test_report {
  bool json, colour;
  const char *file; // the last whose name was printed
} test_report;

bool test_passed(const test_run *t);
// Gives the text of one result. `sources` has the lines of the files that failures name.
void test_report_result(test_report *r, buf *out, test_place at, const test_run *t, const source_set *sources);
void test_report_name(const test_report *r, buf *out, test_place at); // --list
void test_report_totals(const test_report *r, buf *out, const test_totals *totals);

#endif
