// cc.c — finds the C compiler in PATH and runs it.
// Owns: the pipe to the child and the unlinked file its messages go to. Promises: as cc.h.
#include "backend/cc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/output.h"
#include "backend/paths.h"
#include "base/os.h"

extern char **environ;

// ---- finding it --------------------------------------------------------------------------------------------------
static bool is_program(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static const char *find_program(arena *a, const char *name) {
  if (strchr(name, '/')) return is_program(name) ? name : NULL;
  const char *path = getenv("PATH");
  while (path && *path) {
    size_t size = strcspn(path, ":");
    const char *dir = size == 0 ? "." : arena_strndup(a, path, size);
    const char *file = path_join(a, dir, name);
    if (is_program(file)) return file;
    path += size;
    if (*path == ':') path++;
  }
  return NULL;
}

static void split_words(word_list *words, arena *a, const char *text) {
  while (*text) {
    text += strspn(text, " \t\n");
    size_t size = strcspn(text, " \t\n");
    if (size > 0) VEC_PUSH(a, words, arena_strndup(a, text, size));
    text += size;
  }
}

const char *cc_find(cc_command *cc, arena *a) {
  *cc = (cc_command){0};
  const char *chosen = getenv("CC");
  word_list words = {0};
  if (chosen) split_words(&words, a, chosen);
  if (words.count > 0) {
    const char *path = find_program(a, words.items[0]);
    if (!path) return arena_printf(a, "no C compiler: CC is '%s', which is not a program in PATH", words.items[0]);
    cc->name = words.items[0];
    words.items[0] = path;
    cc->words = words;
    return NULL;
  }
  const char *const names[] = {AGENTC_DEFAULT_CC, "cc", "gcc", "clang"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *path = find_program(a, names[i]);
    if (!path) continue;
    cc->name = names[i];
    VEC_PUSH(a, &cc->words, path);
    return NULL;
  }
  return "no C compiler: neither cc, gcc nor clang is in PATH (install one, or name it in CC)";
}

// ---- running it --------------------------------------------------------------------------------------------------
// What the linker is told: the runtime, what the program asks for, what the runtime needs.
static const char *link_with(const cc_job *job, const runtime_paths *paths, arena *a, word_list *out) {
  if (job->kind == CC_SHARED) {
    if (!paths->shared) return "the runtime is not installed: no lib/libagent.so beside agentc";
    const char *dir = path_dir(a, paths->shared);
    VEC_PUSH(a, out, arena_printf(a, "-L%s", dir));
    VEC_PUSH(a, out, "-lagent");
    VEC_PUSH(a, out, arena_printf(a, "-Wl,-soname,%s", job->soname));
    VEC_PUSH(a, out, "-Wl,-rpath,$ORIGIN");
    bool system = strncmp(dir, "/usr/lib", 8) == 0 || strncmp(dir, "/lib", 4) == 0;
    if (!system) VEC_PUSH(a, out, arena_printf(a, "-Wl,-rpath,%s", path_real(a, dir)));
  } else {
    VEC_PUSH(a, out, paths->library);
  }
  for (size_t i = 0; i < job->library_count; i++) VEC_PUSH(a, out, arena_printf(a, "-l%s", job->libraries[i]));
  if (job->kind == CC_PROGRAM) split_words(out, a, AGENTC_RUNTIME_LIBS);
  return NULL;
}

// Floats are not contracted, so that a program computes the same wherever it is compiled, also in memory. Nothing reads errno after a
// function of mathematics: so a square root is one instruction, and a loop that has one stays in registers.
static const char *arguments(const cc_command *cc, const cc_job *job, arena *a, word_list *out) {
  static const char *const kinds[] = {[CC_PROGRAM] = "", [CC_OBJECT] = "-fPIC -c", [CC_SHARED] = "-fPIC -shared"};
  const char *library = job->checked ? "libagent_checked.a" : job->lto ? "libagent_lto.a" : "libagent.a";
  runtime_paths paths = runtime_paths_find(a, library);
  if (!paths.include) return "the runtime is not installed: no include/agent/abi.h beside agentc";
  if (!paths.library && job->lto) return "there is no lib/libagent_lto.a beside agentc: --lto needs one built with gcc";
  if (!paths.library) return arena_printf(a, "the runtime is not installed: no lib/%s beside agentc", library);
  for (uint32_t i = 0; i < cc->words.count; i++) VEC_PUSH(a, out, cc->words.items[i]);
  split_words(out, a,
              "-O2 -ftree-vectorize -pipe -std=gnu99 -ffp-contract=off -fno-math-errno -w " AGENTC_RUNTIME_CFLAGS);
  split_words(out, a, kinds[job->kind]);
  if (job->lto)
    split_words(out, a, "-flto=auto -fno-strict-aliasing"); // as the runtime: else neither goes into the other
  VEC_PUSH(a, out, arena_printf(a, "-I%s", paths.include));
  if (job->include) VEC_PUSH(a, out, arena_printf(a, "-I%s", job->include));
  split_words(out, a, "-x c - -x none -o");
  VEC_PUSH(a, out, job->output);
  const char *error = job->kind == CC_OBJECT ? NULL : link_with(job, &paths, a, out);
  VEC_PUSH(a, out, NULL);
  return error;
}

// The child's memory is written while it reads; a compiler that dies early is seen by its status.
static void feed(int fd, const char *text, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, text, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    text += n;
    size -= (size_t)n;
  }
}

static int spawn_compiler(const word_list *args, int in, int log, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, log, STDOUT_FILENO);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  int error = posix_spawn(pid, args->items[0], &actions, &attributes, (char *const *)(uintptr_t)args->items, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

static const char *read_log(arena *a, FILE *file) {
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;
  if (size <= 0) return "";
  rewind(file);
  char *text = arena_alloc(a, (size_t)size + 1);
  text[fread(text, 1, (size_t)size, file)] = 0;
  return text;
}

static const char *wait_for(const cc_command *cc, pid_t pid, arena *a) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return arena_printf(a, "cannot wait for '%s': %s", cc->name, os_error_text(errno));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return NULL;
  if (WIFSIGNALED(status)) return arena_printf(a, "'%s' was ended by signal %d", cc->name, WTERMSIG(status));
  return arena_printf(a, "'%s' failed with status %d", cc->name, WEXITSTATUS(status));
}

static const char *run_with(const cc_command *cc, const cc_job *job, const word_list *args, FILE *log, arena *a) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return arena_printf(a, "cannot make a pipe: %s", os_error_text(errno));
  pid_t pid = 0;
  int error = spawn_compiler(args, fds[0], fileno(log), &pid);
  close(fds[0]);
  if (error == 0) {
    output_child(pid);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGPIPE, &ignore, &old);
    feed(fds[1], job->text, job->size);
    sigaction(SIGPIPE, &old, NULL);
  }
  close(fds[1]);
  if (error != 0) return arena_printf(a, "cannot run '%s': %s", cc->name, os_error_text(error));
  const char *text = wait_for(cc, pid, a);
  output_child(0);
  return text;
}

static const char *run_logged(const cc_command *cc, const cc_job *job, const word_list *args, arena *a,
                              const char **log) {
  FILE *file = tmpfile();
  if (!file) return arena_printf(a, "cannot make a temporary file: %s", os_error_text(errno));
  const char *error = run_with(cc, job, args, file, a);
  *log = read_log(a, file);
  fclose(file);
  return error;
}

const char *cc_run(const cc_command *cc, const cc_job *job, arena *a, const char **log) {
  *log = "";
  word_list args = {0};
  const char *error = arguments(cc, job, a, &args);
  return error ? error : run_logged(cc, job, &args, a, log);
}

const char *cc_archive(const char *object, const char *archive, arena *a, const char **log) {
  *log = "";
  const char *name = getenv("AR");
  if (!name || !*name) name = "ar";
  const char *path = find_program(a, name);
  if (!path) return arena_printf(a, "no '%s' in PATH, which makes static libraries (it is part of binutils)", name);
  cc_command ar = {.name = name};
  cc_job job = {.text = "", .size = 0};
  word_list args = {0};
  VEC_PUSH(a, &args, path);
  split_words(&args, a, "rcs");
  VEC_PUSH(a, &args, archive);
  VEC_PUSH(a, &args, object);
  VEC_PUSH(a, &args, NULL);
  return run_logged(&ar, &job, &args, a, log);
}
