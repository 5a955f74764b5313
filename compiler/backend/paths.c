// paths.c — beside the executable first, then where it was built.
// Owns: nothing. Promises: as paths.h.
#include "backend/paths.h"

#include <stddef.h>

#include "base/os.h"

runtime_paths runtime_paths_find(arena *a, const char *library) {
  runtime_paths found = {NULL, NULL, NULL};
  const char *exe = os_executable(a);
  const char *root = exe ? path_join(a, path_dir(a, exe), "..") : NULL;
  const char *includes[] = {root ? path_join(a, root, "include") : NULL, AGENTC_SOURCE_INCLUDE_DIR};
  const char *libraries[] = {root ? path_join(a, root, AGENTC_INSTALL_LIB_DIR) : NULL,
                             root ? path_join(a, root, "lib") : NULL, AGENTC_BUILD_LIB_DIR};
  for (size_t i = 0; i < sizeof includes / sizeof *includes && !found.include; i++)
    if (includes[i] && os_is_file(path_join(a, includes[i], "agent/abi.h"))) found.include = includes[i];
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !found.library; i++) {
    if (!libraries[i]) continue;
    const char *file = path_join(a, libraries[i], library);
    if (os_is_file(file)) found.library = file;
  }
  const char *shared = found.library ? path_join(a, path_dir(a, found.library), "libagent.so") : NULL;
  if (shared && os_is_file(shared)) found.shared = shared;
  return found;
}
