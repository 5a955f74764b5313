// output.c — see output.h.
#include "data/output.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

enum { BUFFER = 65536 };
static struct {
  pthread_mutex_t lock; // of all below
  int64_t size;
  bool known, terminal, fatal, failed;
  char bytes[BUFFER];
} out = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int write_some(int fd, const char *p, int64_t n) {
  while (n > 0) {
    ssize_t written = write(fd, p, (size_t)n);
    if (written >= 0) {
      p += written;
      n -= written;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      struct pollfd ready = {.fd = fd, .events = POLLOUT};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// SIGPIPE is blocked for the length of the write, and taken back if the write caused it: no handler is touched.
int agi_write_all(int fd, const char *p, int64_t n) {
  sigset_t pipe_only, before, pending;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  sigpending(&pending);
  bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
  int error = write_some(fd, p, n);
  if (error == EPIPE && !was_pending) {
    struct timespec at_once = {0, 0};
    while (sigtimedwait(&pipe_only, NULL, &at_once) < 0 && errno == EINTR) {}
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

// The lock is held.
static void put(const char *p, int64_t n) {
  if (out.failed || n == 0) return;
  int error = agi_write_all(STDOUT_FILENO, p, n);
  if (!error) return;
  out.failed = true;
  char text[200];
  int length = snprintf(text, sizeof text, "error: cannot write to standard output: %s\n", strerror(error));
  agi_write_all(STDERR_FILENO, text, length);
  if (out.fatal) _exit(1);
}

static void flush_locked(void) {
  int64_t n = out.size;
  out.size = 0;
  put(out.bytes, n);
}

void agi_output_write(const char *p, int64_t n) {
  pthread_mutex_lock(&out.lock);
  if (!out.known) {
    out.known = true;
    out.terminal = isatty(STDOUT_FILENO) == 1;
  }
  if (n > BUFFER - out.size) flush_locked();
  if (n > BUFFER) {
    put(p, n);
  } else {
    memcpy(out.bytes + out.size, p, (size_t)n);
    out.size += n;
    if (out.terminal) flush_locked();
  }
  pthread_mutex_unlock(&out.lock);
}

void agi_output_flush(void) {
  pthread_mutex_lock(&out.lock);
  flush_locked();
  pthread_mutex_unlock(&out.lock);
}

void agi_output_fatal(bool fatal) {
  pthread_mutex_lock(&out.lock);
  out.fatal = fatal;
  pthread_mutex_unlock(&out.lock);
}

void agi_out_of_memory(void) {
  static const char text[] = "error: out of memory\n";
  agi_output_flush();
  agi_write_all(STDERR_FILENO, text, sizeof text - 1);
  _exit(1);
}
