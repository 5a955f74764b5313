// A source makes objects that hold 1 KiB and passes them, moved, through 5 stages; each writes a byte. The last one tells the source of every
// 64th, and the source is never more than 1,024 ahead. Per object.
#include "bench.hpp"
using namespace caf;

struct parcel {
  std::vector<uint8_t> bytes;
};

template <class Inspector> typename Inspector::result_type inspect(Inspector &f, parcel &p) { return f(p.bytes); }

static behavior stage(event_based_actor *self, int place, actor next) {
  return {[=](parcel &p) {
    p.bytes[place] = static_cast<uint8_t>(place + 1);
    self->send(next, std::move(p));
  }};
}

struct progress {
  long left = 0, sum = 0;
};

static behavior last(stateful_actor<progress> *self, long n, actor source) {
  self->state.left = n;
  return {[=](parcel &p) {
    auto &s = self->state;
    p.bytes[4] = 5;
    for (int i = 0; i < 5; i++) s.sum += p.bytes[i];
    if (--s.left % 64 == 0) self->send(source, s.sum);
  }};
}

struct supply {
  long made = 0;
  std::vector<actor> stages;
};

static behavior source(stateful_actor<supply> *self, long n) {
  auto &s = self->state;
  s.stages.push_back(self->spawn(last, n, actor_cast<actor>(self)));
  for (int place = 3; place >= 0; place--) s.stages.push_back(self->spawn(stage, place, s.stages.back()));
  auto start = timer::now();
  auto produce = [=](long count) {
    auto &to = self->state.stages.back();
    for (; count > 0 && self->state.made < n; count--, self->state.made++) self->send(to, parcel{std::vector<uint8_t>(1024)});
  };
  produce(1024);
  return {[=](long sum) {
    produce(64);
    if (sum < 15 * n) return;
    report("payload", start, n, sum == 15 * n);
    for (auto &a : self->state.stages) self->send_exit(a, exit_reason::user_shutdown);
    self->quit();
  }};
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(source, size(argv, 1));
}
