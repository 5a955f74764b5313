// event_linux.c — a descriptor to wait on: eventfd and timerfd in one epoll.
// Promises: as platform.h says of agi_event.
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "platform/platform.h"

static bool join(agi_event *e, int fd) {
  struct epoll_event one = {.events = EPOLLIN};
  return fd >= 0 && epoll_ctl(e->all, EPOLL_CTL_ADD, fd, &one) == 0;
}

bool agi_event_open(agi_event *e) {
  e->all = epoll_create1(EPOLL_CLOEXEC);
  e->set = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  e->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (e->all >= 0 && join(e, e->set) && join(e, e->timer)) return true;
  agi_event_close(e);
  return false;
}

void agi_event_close(agi_event *e) {
  int fds[] = {e->all, e->set, e->timer};
  for (int i = 0; i < 3; i++)
    if (fds[i] >= 0) close(fds[i]);
  *e = (agi_event){-1, -1, -1};
}

void agi_event_set(int set) {
  uint64_t one = 1;
  while (write(set, &one, sizeof one) < 0 && errno == EINTR) {}
}

void agi_event_clear(agi_event *e) {
  uint64_t n;
  while (read(e->set, &n, sizeof n) < 0 && errno == EINTR) {}
}

void agi_event_at(agi_event *e, int64_t after_ns) {
  struct itimerspec when = {{0, 0}, {0, 0}}; // disarmed
  if (after_ns == 0) after_ns = 1;
  if (after_ns > 0) when.it_value = (struct timespec){after_ns / 1000000000, after_ns % 1000000000};
  timerfd_settime(e->timer, 0, &when, NULL);
}

void agi_event_wait(agi_event *e, int64_t after_ns) {
  struct pollfd one = {.fd = e->all, .events = POLLIN};
  struct timespec limit = {after_ns / 1000000000, after_ns % 1000000000};
  ppoll(&one, 1, after_ns < 0 ? NULL : &limit, NULL);
}
