/* host.c — agents in an epoll loop: one thread, which the program owns. Lines come in through a descriptor, as from a socket; agents run
 * when the runtime's descriptor says that they have something to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "count.h"

static void must(int ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "%s failed\n", what);
  exit(1);
}

static void on_report(void *user, ag_status status, int64_t words) {
  if (status == AG_OK) printf("%d words\n", (int)words);
  *(int *)user = 1;
}

/* One line for each newline in what has come. False: there is no more. */
static int read_lines(int fd, ag_runtime *rt, count_Counter *counter) {
  char text[256];
  ssize_t n = read(fd, text, sizeof text - 1);
  char *line, *rest = text;
  if (n <= 0) return 0;
  text[n] = 0;
  while ((line = strsep(&rest, "\n")) != NULL) must(count_Counter_line(rt, counter, line) == AG_OK, "a line");
  return 1;
}

int main(void) {
  static const char lines[] = "to be or not\nto be that is\nthe question\n";
  ag_options options = {0};
  ag_runtime *rt;
  count_Counter *counter;
  struct epoll_event event = {0};
  int loop = epoll_create1(0), pipes[2], finished = 0;

  options.drive = AG_DRIVE_HOST;
  must(ag_runtime_new(&options, &rt) == AG_OK, "a runtime");
  must(count_Counter_spawn(rt, &counter) == AG_OK, "a counter");
  must(pipe(pipes) == 0 && write(pipes[1], lines, sizeof lines - 1) > 0, "a pipe");
  close(pipes[1]);

  event.events = EPOLLIN;
  event.data.fd = pipes[0];
  must(epoll_ctl(loop, EPOLL_CTL_ADD, pipes[0], &event) == 0, "epoll");
  event.data.fd = ag_runtime_fd(rt);
  must(epoll_ctl(loop, EPOLL_CTL_ADD, ag_runtime_fd(rt), &event) == 0, "epoll");

  while (!finished) {
    must(epoll_wait(loop, &event, 1, -1) == 1, "waiting");
    if (event.data.fd == ag_runtime_fd(rt)) {
      (void)ag_runtime_poll(rt, 100, 0); /* a hundred turns, then the others again */
    } else if (!read_lines(pipes[0], rt, counter)) {
      epoll_ctl(loop, EPOLL_CTL_DEL, pipes[0], NULL);
      must(count_Counter_report_async(rt, counter, 1000000, on_report, &finished) == AG_OK, "a report");
    }
  }
  count_Counter_release(rt, counter);
  ag_runtime_free(rt);
  close(pipes[0]);
  close(loop);
  return 0;
}
