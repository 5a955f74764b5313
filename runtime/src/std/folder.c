// folder.c — std.io: folders, and files as a whole.
// Promises: as io.c.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/data.h"
#include "std/io.h"

static bool bad_path(ag_str *path) {
  agi_io_succeeded();
  if (!memchr(path->bytes, 0, (size_t)path->size)) return false;
  agi_io_failed("the path contains a NUL");
  return true;
}

static bool done(int result) {
  if (result != 0) agi_io_failed(strerror(errno));
  return result == 0;
}

ag_array *ag_io__list_dir(ag_cx *cx, ag_str *path) {
  if (bad_path(path)) return NULL;
  DIR *dir = opendir(path->bytes);
  if (!dir) {
    agi_io_failed(strerror(errno));
    return NULL;
  }
  ag_array *names = ag_array_new(cx, 0, &ag_type_str);
  for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    ag_str *name = agi_str_from(cx, e->d_name);
    ag_array_push(cx, names, &name);
  }
  closedir(dir);
  ag_array_sort(cx, names);
  return names;
}

bool ag_io__remove(ag_cx *cx, ag_str *path) {
  (void)cx;
  return !bad_path(path) && done(remove(path->bytes));
}

bool ag_io__rename(ag_cx *cx, ag_str *from, ag_str *to) {
  (void)cx;
  return !bad_path(from) && !bad_path(to) && done(rename(from->bytes, to->bytes));
}

bool ag_io__make_dir(ag_cx *cx, ag_str *path) {
  (void)cx;
  return !bad_path(path) && done(mkdir(path->bytes, 0777));
}

int64_t ag_io__kind(ag_cx *cx, ag_str *path) {
  (void)cx;
  struct stat st;
  if (bad_path(path) || stat(path->bytes, &st) != 0) return AG_IO_NOTHING;
  return S_ISREG(st.st_mode) ? AG_IO_FILE : S_ISDIR(st.st_mode) ? AG_IO_FOLDER : AG_IO_OTHER;
}

int64_t ag_io__file_size(ag_cx *cx, ag_str *path) {
  (void)cx;
  struct stat st;
  return !bad_path(path) && done(stat(path->bytes, &st)) ? (int64_t)st.st_size : -1;
}
