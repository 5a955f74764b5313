// output.c — temporary beside the target, then rename.
// Owns:     the only static state of the compiler: what the handler of INT, TERM, HUP and PIPE must undo, which a handler
//           can learn in no other way. Written before the handlers are set, read by them alone.
// Promises: as output.h. Handlers call nothing but unlink, kill, signal and raise.
#include "backend/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"

static char undo_path[4096];
static volatile sig_atomic_t undo_pid;
static const int undo_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { UNDO_SIGNALS = sizeof undo_signals / sizeof *undo_signals };

static void undo(int number) {
  if (undo_pid > 0) kill((pid_t)undo_pid, SIGTERM);
  if (undo_path[0]) unlink(undo_path);
  signal(number, SIG_DFL);
  raise(number);
}

// A signal that was ignored when we started stays so.
static void undo_arm(const char *path) {
  strncpy(undo_path, path, sizeof undo_path - 1);
  for (int i = 0; i < UNDO_SIGNALS; i++) {
    struct sigaction old;
    if (sigaction(undo_signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    struct sigaction action = {.sa_handler = undo};
    sigemptyset(&action.sa_mask);
    sigaction(undo_signals[i], &action, NULL);
  }
}

static void undo_disarm(void) {
  for (int i = 0; i < UNDO_SIGNALS; i++) {
    struct sigaction old;
    if (sigaction(undo_signals[i], NULL, &old) == 0 && old.sa_handler == undo) signal(undo_signals[i], SIG_DFL);
  }
  undo_path[0] = 0;
  undo_pid = 0;
}

void output_child(pid_t pid) { undo_pid = (sig_atomic_t)pid; }

static const char *failed(output *o, int error) {
  return arena_printf(o->arena, "cannot write '%s': %s", o->path, os_error_text(error));
}

const char *output_begin(output *o, arena *a, const char *path) {
  *o = (output){.arena = a, .path = path};
  struct stat st;
  if (stat(path, &st) == 0) {
    if (S_ISDIR(st.st_mode)) return failed(o, EISDIR);
    if (S_ISREG(st.st_mode) && access(path, W_OK) != 0) return failed(o, errno);
    o->special = !S_ISREG(st.st_mode);
  }
  const char *dir = path_dir(a, path);
  if (o->special) {
    dir = getenv("TMPDIR");
    if (!dir || !*dir) dir = "/tmp";
  }
  char *temp = arena_printf(a, "%s/.%s.XXXXXX", dir, path_base(path));
  if (strlen(temp) >= sizeof undo_path) return failed(o, ENAMETOOLONG);
  int fd = mkstemp(temp);
  if (fd < 0) return failed(o, errno);
  close(fd);
  o->temp = temp;
  undo_arm(temp);
  return NULL;
}

static int write_all(int fd, const char *text, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, text, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text += n;
    size -= (size_t)n;
  }
  return 0;
}

const char *output_write(output *o, const char *text, size_t size) {
  int fd = open(o->temp, O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (fd < 0) return failed(o, errno);
  int error = write_all(fd, text, size);
  if (close(fd) != 0 && error == 0) error = errno;
  return error ? failed(o, error) : NULL;
}

static const char *copy_to_special(output *o) {
  const char *data;
  size_t size;
  const char *error = os_read_file(o->arena, o->temp, &data, &size);
  if (error) return arena_printf(o->arena, "cannot read '%s': %s", o->temp, error);
  int fd = open(o->path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failed(o, errno);
  int number = write_all(fd, data, size);
  if (close(fd) != 0 && number == 0) number = errno;
  return number ? failed(o, number) : NULL;
}

const char *output_commit(output *o, bool executable) {
  const char *error = NULL;
  if (o->special) {
    error = copy_to_special(o);
    unlink(o->temp);
  } else {
    mode_t mask = umask(0);
    umask(mask);
    if (chmod(o->temp, (executable ? 0777 : 0666) & ~mask) != 0 || rename(o->temp, o->path) != 0) {
      error = failed(o, errno);
      unlink(o->temp);
    }
  }
  undo_disarm();
  return error;
}

void output_abort(output *o) {
  if (o->temp) unlink(o->temp);
  undo_disarm();
}

const char *output_stdout(arena *a, const char *text, size_t size) {
  fflush(stdout);
  int error = write_all(STDOUT_FILENO, text, size);
  return error ? arena_printf(a, "cannot write to standard output: %s", os_error_text(error)) : NULL;
}
