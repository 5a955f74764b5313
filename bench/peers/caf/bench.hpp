// What all workloads share. An agent is an event-based actor; a first atom in a message says which behaviour it is for.
#pragma once
#include <caf/all.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

inline long size(char **argv, int i) { return std::atol(argv[i]); }

struct config : caf::actor_system_config {
  config() {
    if (auto workers = std::getenv("WORKERS")) set("scheduler.max-threads", static_cast<size_t>(std::atol(workers)));
  }
};

using timer = std::chrono::steady_clock;

// Prints the time since `start` by each of n operations, if the result is right.
inline void report(const char *name, timer::time_point start, long n, bool right) {
  double took = std::chrono::duration<double, std::nano>(timer::now() - start).count();
  if (right)
    std::printf("%s %.2f ns\n", name, took / n);
  else
    std::printf("%s WRONG\n", name);
}

using ping_atom = caf::atom_constant<caf::atom("ping")>;
using pong_atom = caf::atom_constant<caf::atom("pong")>;
using begin_atom = caf::atom_constant<caf::atom("begin")>;
using end_atom = caf::atom_constant<caf::atom("end")>;
