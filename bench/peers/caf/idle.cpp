// N idle actors alive at once, each having handled one message: bytes of each; then all end: what is left of each.
#include "bench.hpp"
#include <atomic>
#include <fstream>
#include <thread>
#include <unistd.h>
using namespace caf;

static std::atomic<long> touched{0};

static behavior sleeper(event_based_actor *) {
  return {[](begin_atom) { touched++; }};
}

static long resident() {
  long total = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> total >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  long n = size(argv, 1), before = resident();
  std::vector<actor> all;
  for (long i = 0; i < n; i++) {
    all.push_back(system.spawn(sleeper));
    anon_send(all.back(), begin_atom::value);
  }
  while (touched < n) std::this_thread::yield();
  std::printf("idle %.0f bytes\n", double(resident() - before) / n);
  for (auto &a : all) anon_send_exit(a, exit_reason::user_shutdown);
  all = {};
  system.await_all_actors_done();
  std::printf("drained %.0f bytes\n", double(resident() - before) / n);
}
