// bench_caf.cc — bench_embed.c with CAF: a scoped actor in a foreign thread, and an actor of the system.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>
#include <vector>

#include "caf/all.hpp"

using namespace caf;

static double now_ns(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return double(t.tv_sec) * 1e9 + double(t.tv_nsec);
}
static void show(const char *what, std::vector<double> v) {
  std::sort(v.begin(), v.end());
  std::printf("%-52s least %8.0f ns   median %8.0f ns\n", what, v[0], v[v.size() / 2]);
}
static void show_spread(const char *what, std::vector<double> v) {
  std::sort(v.begin(), v.end());
  auto n = v.size();
  std::printf("%-52s least %5.1f us   p50 %5.1f   p90 %5.1f   p99 %5.1f\n", what, v[0] / 1e3, v[n / 2] / 1e3,
              v[n * 9 / 10] / 1e3, v[n * 99 / 100] / 1e3);
}
static std::atomic<double> called;
static behavior echo(event_based_actor *) {
  return {[](add_atom, int64_t) {}, [](get_atom, int64_t n) -> int64_t { return n + 1; },
          [](put_atom, int64_t) { called = now_ns(CLOCK_MONOTONIC); }};
}
static void caf_main(actor_system &sys) {
  scoped_actor self{sys};
  auto to = sys.spawn(echo);
  std::vector<double> v;
  auto ask = [&](int64_t n) {
    self->request(to, infinite, get_atom_v, n).receive([&](int64_t m) { n = m; }, [](error &) {});
    return n;
  };
  for (int r = 0; r < 15; r++) {
    double t = now_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < 40000; i++) anon_send(to, add_atom_v, int64_t(i));
    v.push_back((now_ns(CLOCK_THREAD_CPUTIME_ID) - t) / 40000);
    ask(1);
  }
  show("CAF: send from a foreign thread, busy (cpu)", v);
  v.clear();
  for (int r = 0; r < 400; r++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    called = 0;
    double t = now_ns(CLOCK_MONOTONIC);
    anon_send(to, put_atom_v, int64_t(1));
    while (called == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
    v.push_back(called - t);
  }
  show_spread("CAF: waking: an idle system, send to handler", v);
  v.clear();
  for (int r = 0; r < 15; r++) {
    double t = now_ns(CLOCK_MONOTONIC);
    int64_t n = 0;
    for (int i = 0; i < 333; i++) n = ask(n);
    v.push_back((now_ns(CLOCK_MONOTONIC) - t) / 333);
  }
  show("CAF: scoped_actor request that waits", v);
}
CAF_MAIN()
