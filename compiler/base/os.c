// os.c — files and paths on POSIX. Owns: nothing. Promises: see os.h.
#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

#define OS_FILE_MAX ((size_t)1 << 30)

const char *os_error_text(int error) {
  switch (error) {
  case ENOENT: return "no such file or directory";
  case EACCES:
  case EPERM: return "permission denied";
  case EISDIR: return "it is a directory";
  case ENOTDIR: return "a part of the path is not a directory";
  case ENOSPC: return "no space left on the device";
  case EROFS: return "the file system is read-only";
  case ENAMETOOLONG: return "the path is too long";
  case ELOOP: return "too many symbolic links";
  case EMFILE:
  case ENFILE: return "too many open files";
  default: return strerror(error);
  }
}

// Reads to the end of fd into malloc'ed memory that grows; 0 or an errno.
static int os_read_all(int fd, char **data, size_t *size) {
  size_t capacity = (size_t)64 * 1024, used = 0;
  char *bytes = malloc(capacity);
  if (!bytes) return ENOMEM;
  for (;;) {
    ssize_t n = read(fd, bytes + used, capacity - used);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      int error = n < 0 ? errno : 0;
      *data = bytes;
      *size = used;
      return error;
    }
    used += (size_t)n;
    if (used >= OS_FILE_MAX) {
      *data = bytes;
      return EFBIG;
    }
    if (used == capacity) {
      char *bigger = realloc(bytes, capacity * 2);
      if (!bigger) arena_out_of_memory();
      bytes = bigger;
      capacity *= 2;
    }
  }
}

const char *os_read_file(arena *a, const char *path, const char **data, size_t *size) {
  bool standard_input = strcmp(path, "-") == 0;
  int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return os_error_text(errno);
  struct stat st;
  int error = fstat(fd, &st) ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;
  bool device = !error && (S_ISBLK(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(fd))); // perhaps without an end
  char *bytes = NULL;
  size_t used = 0;
  if (!error && !device) error = os_read_all(fd, &bytes, &used);
  if (!standard_input) close(fd);
  if (device && !standard_input) return "it is a device";
  if (!error) {
    *data = arena_strndup(a, bytes, used);
    *size = used;
  }
  free(bytes);
  return error ? os_error_text(error) : NULL;
}

const char *os_write_file(arena *a, const char *path, const void *data, size_t size) {
  (void)a;
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
  if (fd < 0) return os_error_text(errno);
  const char *bytes = data;
  int error = 0;
  while (size && !error) {
    ssize_t n = write(fd, bytes, size);
    if (n < 0 && errno != EINTR) error = errno;
    if (n > 0) {
      bytes += n;
      size -= (size_t)n;
    }
  }
  if (close(fd) && !error) error = errno;
  return error ? os_error_text(error) : NULL;
}

bool os_is_file(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

bool os_is_dir(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

typedef VEC(const char *) path_list;

// Adds the files of one folder to `files`, the folders in it to `dirs`.
static const char *list_dir(arena *a, const char *path, const char *end, path_list *files, path_list *dirs) {
  DIR *dir = opendir(path);
  if (!dir) return os_error_text(errno);
  for (struct dirent *entry; (entry = readdir(dir));) {
    struct stat st;
    if (entry->d_name[0] == '.' || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue;
    size_t size = strlen(entry->d_name), n = strlen(end);
    const char *inner = strcmp(path, ".") == 0 ? arena_strdup(a, entry->d_name) : path_join(a, path, entry->d_name);
    if (S_ISDIR(st.st_mode)) VEC_PUSH(a, dirs, inner);
    else if (size > n && strcmp(entry->d_name + size - n, end) == 0) VEC_PUSH(a, files, inner);
  }
  closedir(dir);
  return NULL;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

const char *os_list_files(arena *a, const char *dir, const char *end, const char *const **files, uint32_t *count) {
  path_list found = {0}, dirs = {0};
  VEC_PUSH(a, &dirs, dir);
  while (dirs.count) {
    const char *path = VEC_POP(&dirs), *why = list_dir(a, path, end, &found, &dirs);
    if (why && path == dir) return why;
  }
  if (found.count) qsort(found.items, found.count, sizeof *found.items, by_text);
  *files = found.items;
  *count = found.count;
  return NULL;
}

const char *path_base(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

const char *path_dir(arena *a, const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return ".";
  if (slash == path) return "/";
  return arena_strndup(a, path, (size_t)(slash - path));
}

const char *path_stem(arena *a, const char *path) {
  const char *base = path_base(path);
  const char *dot = strrchr(base, '.');
  return dot && dot != base ? arena_strndup(a, base, (size_t)(dot - base)) : base;
}

const char *path_join(arena *a, const char *dir, const char *path) {
  if (path[0] == '/' || strcmp(dir, ".") == 0) return path_normal(a, path);
  return path_normal(a, arena_printf(a, "%s/%s", dir, path));
}

// Drops the last component of out[0..size), unless there is none to drop. The new size; -1: it cannot be dropped.
static long path_pop(const char *out, size_t size, bool absolute) {
  if (size == 0) return absolute ? 0 : -1;
  if (absolute && size == 1) return 1;
  size_t i = size;
  while (i > 0 && out[i - 1] != '/') i--;
  if (size - i == 2 && out[i] == '.' && out[i + 1] == '.') return -1;
  if (i == 0) return 0;
  return (long)(i == 1 && absolute ? 1 : i - 1);
}

const char *path_normal(arena *a, const char *path) {
  bool absolute = path[0] == '/';
  char *out = arena_alloc(a, strlen(path) + 2);
  size_t size = 0;
  if (absolute) out[size++] = '/';
  while (*path) {
    const char *end = strchr(path, '/');
    size_t n = end ? (size_t)(end - path) : strlen(path);
    long popped = n == 2 && path[0] == '.' && path[1] == '.' ? path_pop(out, size, absolute) : -1;
    if (popped >= 0) {
      size = (size_t)popped;
    } else if (n > 0 && !(n == 1 && path[0] == '.')) {
      if (size > 0 && out[size - 1] != '/') out[size++] = '/';
      memcpy(out + size, path, n);
      size += n;
    }
    path += n + (end ? 1 : 0);
  }
  out[size] = 0;
  return size ? out : ".";
}

const char *path_real(arena *a, const char *path) {
  char *real = realpath(path, NULL);
  if (!real) return NULL;
  char *result = arena_strdup(a, real);
  free(real);
  return result;
}

const char *os_temp_dir(arena *a, const char *prefix, const char **path) {
  const char *base = getenv("TMPDIR");
  if (!base || !*base) base = "/tmp";
  char *template = arena_printf(a, "%s/%sXXXXXX", base, prefix);
  if (!mkdtemp(template)) return os_error_text(errno);
  *path = template;
  return NULL;
}

void os_remove_dir(const char *path) {
  DIR *dir = opendir(path);
  if (!dir) return;
  for (struct dirent *entry; (entry = readdir(dir));) unlinkat(dirfd(dir), entry->d_name, 0);
  closedir(dir);
  rmdir(path);
}

const char *os_executable(arena *a) { return path_real(a, "/proc/self/exe"); }
