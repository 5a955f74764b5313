// golden_kit.h — tests whose inputs and expectations are files side by side: x.agent and x.ast, x.tokens or x.err.
// Owns:     a session for one source. Promises: a test fails on each difference and on each expectation that is missing;
//           with AGENT_UPDATE=1 in the environment the expectations are written anew instead (read the diff!).
#ifndef UNIT_GOLDEN_KIT_H
#define UNIT_GOLDEN_KIT_H

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/os.h"
#include "diag/render.h"
#include "syntax/parse.h"

typedef struct golden_session {
  arena arena;
  intern names;
  diag_sink sink;
  source_set sources;
} golden_session;

static void golden_begin(golden_session *s) {
  arena_init(&s->arena);
  intern_init(&s->names, &s->arena);
  diag_sink_init(&s->sink, &s->arena, &s->sources);
  source_set_init(&s->sources, &s->arena);
}

static void golden_end(golden_session *s) {
  intern_fini(&s->names);
  arena_fini(&s->arena);
}

// What a source gives: appended to out.
typedef void (*golden_make)(golden_session *s, const source *src, buf *out);

static inline void golden_errors(golden_session *s, buf *out) {
  diag_sort(&s->sink);
  for (uint32_t i = 0; i < s->sink.all.count; i++) diag_render_text(s->sink.all.items[i], &s->sources, false, out);
}

static inline int golden_one(const char *folder, const char *name, const char *ending, golden_make make) {
  golden_session s;
  golden_begin(&s);
  const char *text, *want = "";
  size_t size, want_size = 0;
  const char *path = arena_printf(&s.arena, "%s/%s.agent", folder, name);
  const char *expected = arena_printf(&s.arena, "%s/%s.%s", folder, name, ending);
  const char *why = os_read_file(&s.arena, path, &text, &size);
  ck_assert_msg(!why, "%s: %s", path, why);
  buf out = {0};
  make(&s, source_add(&s.sources, path, path_base(path), text, size), &out);
  int failed = 0;
  if (getenv("AGENT_UPDATE")) {
    why = os_write_file(&s.arena, expected, buf_text(&out), out.size);
    ck_assert_msg(!why, "%s: %s", expected, why);
  } else {
    why = os_read_file(&s.arena, expected, &want, &want_size);
    failed = why || want_size != out.size || memcmp(want, buf_text(&out), out.size) != 0;
    if (failed) printf("---- %s: expected\n%s---- found\n%s", expected, why ? why : want, buf_text(&out));
  }
  buf_fini(&out);
  golden_end(&s);
  return failed;
}

// Every x.agent of a folder (under tests/). Fails when one differs or there is none.
static inline void golden_folder(const char *folder, const char *ending, golden_make make) {
  buf path = {0};
  buf_printf(&path, "%s/tests/%s", TEST_SOURCE_DIR, folder);
  DIR *dir = opendir(buf_text(&path));
  ck_assert_msg(dir != NULL, "no folder %s", buf_text(&path));
  int count = 0, failed = 0;
  for (struct dirent *entry; (entry = readdir(dir));) {
    char *dot = strrchr(entry->d_name, '.');
    if (!dot || strcmp(dot, ".agent") != 0) continue;
    *dot = 0;
    count++;
    failed += golden_one(buf_text(&path), entry->d_name, ending, make);
  }
  closedir(dir);
  buf_fini(&path);
  ck_assert_int_gt(count, 0);
  ck_assert_msg(failed == 0, "%d of %d files differ", failed, count);
}

static inline int golden_run(Suite *suite) {
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
