// io.c — std.io: files, standard input, standard error.
// Owns:     the buffer of standard input (one per process), the reason of the last failure (one per thread).
// Promises: a call that fails says why in ag_io__reason; text read is valid UTF-8 or the call fails.
//           Standard input may keep one waiting: the worker's other agents go on meanwhile; files do so only when they take long.
// Does not: raise: stdlib/io/io.agent does.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actor/worker.h"
#include "data/data.h"
#include "data/output.h"
#include "data/utf8.h"
#include "mem/heap.h"
#include "std/io.h"

// The wrapper asks on the same thread, for no suspension lies between.
static _Thread_local const char *reason; // NULL: none

void agi_io_failed(const char *why) { reason = why; }
void agi_io_succeeded(void) { reason = NULL; }

static void *failed(const char *why) {
  agi_io_failed(why);
  return NULL;
}
static void *failed_errno(void) { return failed(strerror(errno)); }
static void succeeded(void) { agi_io_succeeded(); }

ag_str *ag_io__reason(ag_cx *cx) { return agi_str_from(cx, reason ? reason : ""); }

// ---- reading ---------------------------------------------------------------------------------------------------
static int open_file(ag_str *path, int flags) {
  if (memchr(path->bytes, 0, (size_t)path->size)) {
    failed("the path contains a NUL");
    return -1;
  }
  int fd;
  do fd = open(path->bytes, flags | O_CLOEXEC, 0666);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) failed_errno();
  return fd;
}

// Reads to the end of fd into a string whose bytes are not yet checked. NULL: failed.
static ag_str *read_rest(ag_cx *cx, int fd) {
  struct stat st;
  ag_sb sb;
  ag_sb_begin(&sb);
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) ag_sb_grow(&sb, st.st_size + 1);
  for (;;) {
    if (sb.cap - sb.size < 1) ag_sb_grow(&sb, 65536);
    ssize_t n = read(fd, sb.data + sb.size, (size_t)(sb.cap - sb.size));
    if (n == 0) return ag_sb_take(cx, &sb);
    if (n > 0) {
      sb.size += n;
    } else if (errno != EINTR) {
      ag_sb_drop(&sb);
      return failed_errno();
    }
  }
}

static ag_str *read_path(ag_cx *cx, ag_str *path) {
  succeeded();
  agi_block_begin(cx, false);
  int fd = open_file(path, O_RDONLY);
  ag_str *s = fd < 0 ? NULL : read_rest(cx, fd);
  if (fd >= 0) close(fd);
  agi_block_end(cx);
  return s;
}

static ag_str *checked(ag_cx *cx, ag_str *s) {
  if (!s || agi_utf8_valid(s->bytes, s->size)) return s;
  ag_release(cx, s);
  return failed("not UTF-8");
}

ag_str *ag_io__read_file(ag_cx *cx, ag_str *path) { return checked(cx, read_path(cx, path)); }

ag_bytes *ag_io__read_bytes(ag_cx *cx, ag_str *path) {
  ag_str *s = read_path(cx, path);
  if (!s) return NULL;
  ag_bytes *b = ag_bytes_from(cx, s->bytes, s->size);
  ag_release(cx, s);
  return b;
}

ag_bytes *ag_io__read_part(ag_cx *cx, ag_str *path, int64_t from, int64_t size) {
  succeeded();
  int fd = open_file(path, O_RDONLY);
  if (fd < 0) return NULL;
  ag_bytes *b = ag_bytes_from(cx, NULL, 0);
  ag_bytes_grow(cx, b, size);
  bool more = true;
  agi_block_begin(cx, false);
  while (more && b->size < size) {
    ssize_t n = pread(fd, b->data + b->size, (size_t)(size - b->size), from + b->size);
    if (n > 0) b->size += n;
    else more = n < 0 && errno == EINTR;
    if (n < 0 && errno != EINTR) failed_errno();
  }
  close(fd);
  agi_block_end(cx);
  if (!reason) return b;
  ag_release(cx, b);
  return NULL;
}

bool ag_io_exists(ag_cx *cx, ag_str *path) {
  (void)cx;
  return !memchr(path->bytes, 0, (size_t)path->size) && access(path->bytes, F_OK) == 0;
}

// ---- writing ---------------------------------------------------------------------------------------------------
static bool write_blocking(ag_str *path, int flags, const void *p, int64_t n) {
  int fd = open_file(path, O_WRONLY | O_CREAT | flags);
  if (fd < 0) return false;
  int error = agi_write_all(fd, p, n);
  if (close(fd) != 0 && !error && errno != EINTR) error = errno;
  if (error) failed(strerror(error));
  return error == 0;
}

static bool write_path(ag_cx *cx, ag_str *path, int flags, const void *p, int64_t n) {
  succeeded();
  agi_block_begin(cx, false);
  bool ok = write_blocking(path, flags, p, n);
  agi_block_end(cx);
  return ok;
}

bool ag_io__write_file(ag_cx *cx, ag_str *path, ag_str *text, bool append) {
  return write_path(cx, path, append ? O_APPEND : O_TRUNC, text->bytes, text->size);
}

bool ag_io__write_bytes(ag_cx *cx, ag_str *path, ag_bytes *data, bool append) {
  return write_path(cx, path, append ? O_APPEND : O_TRUNC, data->data, data->size);
}

void ag_io_eprint(ag_cx *cx, ag_str *line) {
  (void)cx;
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_sb_str(&sb, line);
  ag_sb_char(&sb, '\n');
  agi_write_all(STDERR_FILENO, sb.data, sb.size); // if nobody listens, nothing is to be done
  ag_sb_drop(&sb);
}

void ag_io_flush(ag_cx *cx) {
  (void)cx;
  agi_output_flush();
}

// ---- standard input --------------------------------------------------------------------------------------------
static struct {
  pthread_mutex_t lock; // of all below
  int64_t at, size;
  char bytes[65536];
} in = {.lock = PTHREAD_MUTEX_INITIALIZER};

// Fills the empty buffer. false: end of input, or failed.
static bool refill(void) {
  ssize_t n;
  do n = read(STDIN_FILENO, in.bytes, sizeof in.bytes);
  while (n < 0 && errno == EINTR);
  if (n < 0) failed_errno();
  in.at = 0;
  in.size = n > 0 ? n : 0;
  return n > 0;
}

static ag_str *read_line_locked(ag_cx *cx) {
  ag_sb sb;
  ag_sb_begin(&sb);
  bool any = false, ended = false;
  while (!ended && (in.at < in.size || refill())) {
    any = true;
    const char *from = in.bytes + in.at;
    const char *end = memchr(from, '\n', (size_t)(in.size - in.at));
    int64_t n = end ? end - from : in.size - in.at;
    ag_sb_bytes(&sb, from, n);
    in.at += n + (end != NULL);
    ended = end != NULL;
  }
  if (!any || reason) {
    ag_sb_drop(&sb);
    return NULL;
  }
  if (ended && sb.size && sb.data[sb.size - 1] == '\r') sb.size--;
  return ag_sb_take(cx, &sb);
}

ag_str *ag_io__read_line(ag_cx *cx) {
  agi_output_flush();
  succeeded();
  agi_block_begin(cx, true);
  pthread_mutex_lock(&in.lock);
  ag_str *line = read_line_locked(cx);
  pthread_mutex_unlock(&in.lock);
  agi_block_end(cx);
  return checked(cx, line);
}

ag_str *ag_io__read_all(ag_cx *cx) {
  agi_output_flush();
  succeeded();
  ag_sb sb;
  ag_sb_begin(&sb);
  agi_block_begin(cx, true);
  pthread_mutex_lock(&in.lock);
  while (in.at < in.size || refill()) {
    ag_sb_bytes(&sb, in.bytes + in.at, in.size - in.at);
    in.at = in.size;
  }
  pthread_mutex_unlock(&in.lock);
  agi_block_end(cx);
  if (reason) {
    ag_sb_drop(&sb);
    return NULL;
  }
  return checked(cx, ag_sb_take(cx, &sb));
}
