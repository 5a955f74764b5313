// One producer sends N increments to a counter in one go, then asks for the total. Per message.
#include "bench.hpp"
using namespace caf;

static behavior counter(event_based_actor *) {
  auto sum = std::make_shared<long>(0);
  return {
    [=](long k) { *sum += k; },
    [=](end_atom) { return *sum; },
  };
}

static void producer(event_based_actor *self, long n) {
  auto to = self->spawn(counter);
  auto start = timer::now();
  for (long i = 0; i < n; i++) self->send(to, 1l);
  self->request(to, infinite, end_atom::value).then([=](long total) {
    report("count", start, n, total == n);
    self->send_exit(to, exit_reason::user_shutdown);
  });
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(producer, size(argv, 1));
}
