// test_run.c — see test_run.h. The code is in this process's memory, so a copy of the process (fork) can run it at once.
#include "backend/test_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/os.h"

enum { MAX_OUTPUT = 256 * 1024, MAX_RECORDS = 4 * 1024 * 1024, TEST_WORKERS = 2, POLL_MS = 50, NO_TEXT = -1 };

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// ---- in the test's process ---------------------------------------------------------------------------------------
static void record_text(buf *b, const char *text) {
  int32_t size = text ? (int32_t)strlen(text) : NO_TEXT;
  buf_add(b, &size, sizeof size);
  if (text) buf_add(b, text, (size_t)size + 1);
}

// A record: its size, the line, the texts in the order of test_run_failure.
static void on_failure(void *arg, const ag_failure *f) {
  buf record = {0};
  uint32_t size = 0;
  buf_add(&record, &size, sizeof size);
  buf_add(&record, &f->line, sizeof f->line);
  const char *const texts[] = {f->behaviour, f->error, f->text, f->file, f->left, f->right};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) record_text(&record, texts[i]);
  size = (uint32_t)record.size;
  memcpy(record.data, &size, sizeof size);
  for (size_t sent = 0; sent < record.size;) {
    ssize_t n = write(*(const int *)arg, record.data + sent, record.size - sent);
    if (n < 0 && errno != EINTR) break;
    if (n > 0) sent += (size_t)n;
  }
  buf_fini(&record);
}

static int run_here(const jit_program *program, uint32_t index, int out, int failures) {
  int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
    return 2;
  close(nothing);
  close(out);
  signal(SIGINT, SIG_DFL);
  ag_options options = {.workers = TEST_WORKERS, .failed = on_failure, .failed_arg = &failures};
  return jit_run_test(program, index, &options);
}

// ---- in ours -----------------------------------------------------------------------------------------------------
static void close_end(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

const char *test_run_start(test_run *t, const jit_program *program, uint32_t index, int64_t timeout_ns) {
  *t = (test_run){.out = -1, .failures = -1};
  int out[2], failures[2];
  if (pipe2(out, O_CLOEXEC) != 0) return os_error_text(errno);
  if (pipe2(failures, O_CLOEXEC) != 0) {
    const char *why = os_error_text(errno);
    close(out[0]), close(out[1]);
    return why;
  }
  t->started_ns = now_ns();
  t->deadline_ns = t->started_ns + timeout_ns;
  t->pid = fork();
  if (t->pid == 0) {
    close(out[0]), close(failures[0]);
    _exit(run_here(program, index, out[1], failures[1]));
  }
  const char *why = t->pid < 0 ? os_error_text(errno) : NULL;
  close(out[1]), close(failures[1]);
  t->out = out[0], t->failures = failures[0];
  fcntl(t->out, F_SETFL, O_NONBLOCK);
  fcntl(t->failures, F_SETFL, O_NONBLOCK);
  if (why) test_run_free(t);
  return why;
}

// What there is to read now; true if there was more than is kept.
static bool read_some(int *fd, buf *into, size_t most) {
  bool cut = false;
  char bytes[16384];
  while (*fd >= 0) {
    ssize_t n = read(*fd, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return cut;
    if (n <= 0) {
      close_end(fd);
      return cut;
    }
    size_t room = most - into->size, keep = (size_t)n < room ? (size_t)n : room;
    buf_add(into, bytes, keep);
    cut |= keep < (size_t)n;
  }
  return cut;
}

static void read_all(test_run *t) {
  t->cut |= read_some(&t->out, &t->output, MAX_OUTPUT);
  (void)read_some(&t->failures, &t->records, MAX_RECORDS);
}

static void look_after(test_run *t) {
  if (!t->timed_out && now_ns() >= t->deadline_ns) {
    t->timed_out = true;
    kill(t->pid, SIGKILL);
  }
  bool ended = waitpid(t->pid, &t->wait_status, t->timed_out ? 0 : WNOHANG) == t->pid;
  read_all(t);
  if (!ended) return;
  t->took_ns = now_ns() - t->started_ns;
  t->ended = true;
  close_end(&t->out);
  close_end(&t->failures);
}

void test_run_poll(test_run *const *running, uint32_t count) {
  struct pollfd fds[2 * 64];
  nfds_t n = 0;
  for (uint32_t i = 0; i < count && n + 2 <= sizeof fds / sizeof *fds; i++) {
    const int ends[] = {running[i]->out, running[i]->failures};
    for (int k = 0; k < 2; k++)
      if (ends[k] >= 0) fds[n++] = (struct pollfd){.fd = ends[k], .events = POLLIN};
  }
  poll(fds, n, n ? POLL_MS : 1);
  for (uint32_t i = 0; i < count; i++) look_after(running[i]);
}

static const char *text_at(const test_run *t, size_t *at) {
  int32_t size;
  memcpy(&size, t->records.data + *at, sizeof size);
  *at += sizeof size;
  if (size == NO_TEXT) return NULL;
  const char *text = t->records.data + *at;
  *at += (size_t)size + 1;
  return text;
}

bool test_run_failure(const test_run *t, size_t *at, ag_failure *out) {
  uint32_t size;
  if (t->records.size - *at < sizeof size) return false;
  memcpy(&size, t->records.data + *at, sizeof size);
  if (size < sizeof size || size > t->records.size - *at) return false; // the process ended in the midst of it
  size_t next = *at + size, from = *at + sizeof size;
  memcpy(&out->line, t->records.data + from, sizeof out->line);
  from += sizeof out->line;
  const char **const texts[] = {&out->behaviour, &out->error, &out->text, &out->file, &out->left, &out->right};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = text_at(t, &from);
  *at = next;
  return true;
}

void test_run_free(test_run *t) {
  if (t->pid > 0 && !t->ended) {
    kill(t->pid, SIGKILL);
    waitpid(t->pid, &t->wait_status, 0);
  }
  close_end(&t->out);
  close_end(&t->failures);
  buf_fini(&t->output);
  buf_fini(&t->records);
}
