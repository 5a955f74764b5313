// data_std_test.c — natives of the standard library, and standard output that cannot be written.
#include <agent/agent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/output.h"
#include "data_kit.h"

static char folder[] = "/tmp/agent-std-XXXXXX";

static ag_str *in_folder(const char *name) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return text(path);
}

static void fails(const char *reason) { is(ag_io__reason(cx), reason); }

START_TEST(files_are_written_and_read) {
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ag_str *path = in_folder("a.txt"), *hello = text("h\xC3\xA9llo\n");
  ck_assert(!ag_io_exists(cx, path));
  ck_assert(ag_io__write_file(cx, path, hello, false) && ag_io__write_file(cx, path, hello, true));
  ck_assert(ag_io_exists(cx, path));
  is(ag_io__read_file(cx, path), "h\xC3\xA9llo\nh\xC3\xA9llo\n");
  fails("");
  ck_assert(ag_io__write_file(cx, path, hello, false));
  is(ag_io__read_file(cx, path), "h\xC3\xA9llo\n");
  ag_bytes *b = ag_bytes_from(cx, "\xFF\x00", 2);
  ck_assert(ag_io__write_bytes(cx, path, b, false));
  ag_bytes *back = ag_io__read_bytes(cx, path);
  ck_assert(ag_bytes_eq(b, back));
  ck_assert_ptr_null(ag_io__read_file(cx, path));
  fails("not UTF-8");
  unlink(path->bytes);
  ag_release(cx, b);
  ag_release(cx, back);
  ag_release(cx, path);
  ag_release(cx, hello);
}
END_TEST

START_TEST(what_cannot_be_read_says_why) {
  ag_str *missing = in_folder("missing"), *dir = text(folder), *odd = ag_str_new(cx, "a\0b", 3),
         *full = text("/dev/full");
  ck_assert_ptr_null(ag_io__read_file(cx, missing));
  fails("No such file or directory");
  ck_assert_ptr_null(ag_io__read_bytes(cx, dir));
  fails("Is a directory");
  ck_assert_ptr_null(ag_io__read_file(cx, odd));
  fails("the path contains a NUL");
  ck_assert(!ag_io__write_file(cx, dir, missing, false));
  fails("Is a directory");
  ck_assert(!ag_io__write_file(cx, full, missing, false));
  fails("No space left on device");
  rmdir(folder);
  ag_release(cx, missing);
  ag_release(cx, dir);
  ag_release(cx, odd);
  ag_release(cx, full);
}
END_TEST

// Runs f in a child whose standard input holds `input` and whose output and errors go to a pipe; gives its status.
static int in_child(void (*f)(void), const char *input, char *output, size_t room) {
  int to[2], from[2];
  ck_assert(pipe(to) == 0 && pipe(from) == 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    dup2(to[0], 0);
    dup2(from[1], 1);
    dup2(from[1], 2);
    close(to[1]);
    close(from[0]);
    f();
    agi_output_flush();
    _exit(0);
  }
  close(to[0]);
  close(from[1]);
  ck_assert(write(to[1], input, strlen(input)) == (ssize_t)strlen(input));
  close(to[1]);
  size_t n = 0;
  for (ssize_t got; n < room - 1 && (got = read(from[0], output + n, room - 1 - n)) > 0;) n += (size_t)got;
  output[n] = 0;
  close(from[0]);
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void echo_lines(void) {
  for (ag_str *line; (line = ag_io__read_line(cx)) != NULL;) {
    ag_sb sb;
    ag_sb_begin(&sb);
    ag_sb_quoted(&sb, line);
    ag_sb_print(cx, &sb);
  }
  ag_print(cx, ag_io__reason(cx));
}
static void echo_rest(void) {
  ag_print(cx, ag_io__read_line(cx));
  ag_print(cx, ag_io__read_all(cx));
}

START_TEST(standard_input_comes_line_by_line) {
  char out[1000];
  ck_assert_int_eq(in_child(echo_lines, "a\n\r\n\nb\r\nlast", out, sizeof out), 0);
  ck_assert_str_eq(out, "\"a\"\n\"\"\n\"\"\n\"b\"\n\"last\"\n\n");
  ck_assert_int_eq(in_child(echo_lines, "a\n\xFF\nb", out, sizeof out), 0);
  ck_assert_str_eq(out, "\"a\"\nnot UTF-8\n");
  ck_assert_int_eq(in_child(echo_rest, "a\nb\nc\n", out, sizeof out), 0);
  ck_assert_str_eq(out, "a\nb\nc\n\n");
}
END_TEST

static void print_into(const char *path, bool fatal) {
  int pipe_ends[2];
  if (path) {
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
  } else {
    ck_assert_int_eq(pipe(pipe_ends), 0);
    dup2(pipe_ends[1], 1);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
  }
  agi_output_fatal(fatal);
  ag_str *line = text("a line");
  for (int i = 0; i < 100000; i++) ag_print(cx, line);
  ag_release(cx, line);
}
static void print_into_closed_pipe(void) { print_into(NULL, true); }
static void print_into_full_disk(void) { print_into("/dev/full", true); }
static void print_into_full_disk_of_host(void) { print_into("/dev/full", false); }

START_TEST(output_that_cannot_be_written_is_reported) {
  char out[1000];
  ck_assert_int_eq(in_child(print_into_closed_pipe, "", out, sizeof out), 1);
  ck_assert_str_eq(out, "error: cannot write to standard output: Broken pipe\n");
  ck_assert_int_eq(in_child(print_into_full_disk, "", out, sizeof out), 1);
  ck_assert_str_eq(out, "error: cannot write to standard output: No space left on device\n");
  ck_assert_int_eq(in_child(print_into_full_disk_of_host, "", out, sizeof out), 0);
  ck_assert_str_eq(out, "error: cannot write to standard output: No space left on device\n");
}
END_TEST

START_TEST(time_only_goes_forward) {
  int64_t before = ag_time_now(cx);
  for (int i = 0; i < 1000; i++) {
    int64_t now = ag_time_now(cx);
    ck_assert_int_ge(now, before);
    before = now;
  }
  ck_assert_int_gt(before, ag_time_hours(cx, 24 * 365 * 50));
  ck_assert_int_ge(ag_instant_elapsed(cx, before), 0);
  ag_time_hours(cx, AG_I64_MAX);
  raised(&ag_error_Overflow, "integer overflow");
}
END_TEST

START_TEST(random_numbers_are_fair_and_repeat) {
  int64_t seen[7] = {0};
  for (int i = 0; i < 70000; i++) {
    uint64_t bits;
    do bits = ag_random_entropy(cx);
    while (ag_random__biased(cx, bits, -3, 4));
    seen[ag_random__pick(cx, bits, -3, 4) + 3]++;
  }
  for (int i = 0; i < 7; i++) ck_assert(seen[i] > 9000 && seen[i] < 11000);
  ck_assert_int_eq(ag_random__pick(cx, 0, AG_I64_MIN, AG_I64_MAX), AG_I64_MIN);
  ck_assert_int_eq(ag_random__pick(cx, UINT64_MAX, AG_I64_MIN, AG_I64_MAX), AG_I64_MAX - 1);
  ag_random__pick(cx, 0, 3, 3);
  raised(&ag_error_IndexOutOfRange, "index out of range: the range is empty");
  ag_array *xs = ag_array_new(cx, 8, &ag_type_i64);
  for (int64_t i = 0; i < 8; i++) AG_ARRAY_PUSH(cx, int64_t, xs, i);
  ag_random_shuffle(cx, xs, 42);
  is(ag_array_show(cx, xs), "[7, 1, 6, 3, 5, 4, 2, 0]");
  ag_release(cx, xs);
}
END_TEST

START_TEST(environment) {
  ag_str *name = text("AGENT_STD_TEST"), *odd = ag_str_new(cx, "", 0);
  ck_assert_ptr_null(ag_env_get(cx, name));
  ck_assert_ptr_null(ag_env_get(cx, odd));
  setenv("AGENT_STD_TEST", "yes", 1);
  is(ag_env_get(cx, name), "yes");
  setenv("AGENT_STD_TEST", "\xFF", 1);
  ck_assert_ptr_null(ag_env_get(cx, name));
  ck_assert_int_eq(ag_process_id(cx), getpid());
  ag_process_exit_code(cx, 256);
  raised(&ag_error_BadConversion, "bad conversion: an exit status is 0 to 255");
  ag_release(cx, name);
}
END_TEST

// Clocks are those of a runtime, and reading files hands over the seat of a worker.
int main(void) {
  const TTest *const tests[] = {files_are_written_and_read,
                                what_cannot_be_read_says_why,
                                standard_input_comes_line_by_line,
                                output_that_cannot_be_written_is_reported,
                                time_only_goes_forward,
                                random_numbers_are_fair_and_repeat,
                                environment};
  ag_runtime *rt;
  ag_options program = {.drive = AG_DRIVE_PROGRAM};
  if (ag_runtime_new(&program, &rt) != AG_OK) return 1;
  cx = ag_attach(rt);
  int result = run_tests("std", tests, sizeof tests / sizeof *tests);
  ag_detach(cx);
  ag_runtime_free(rt);
  return result;
}
