/* host.c — a C program with a main of its own that feeds prices to a desk of agents, and gets orders by callback.
 * The desk is main.agent: `agentc main.agent -o swarm.c` writes swarm.c and swarm.h. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "swarm.h"

typedef struct book {
  ag_runtime *rt;
  int orders;
} book;

/* Called on threads of the runtime, for one price after the other: a desk answers in the order in which it is asked. */
static void on_order(void *user, ag_status status, const swarm_Order *order) {
  book *b = user;
  if (status != AG_OK || !order) return; /* most prices are no reason to trade */
  b->orders++;
  printf("%s %s at %d\n", swarm_Order_side(order) == swarm_Side_Buy ? "buy" : "sell", swarm_Order_symbol(order),
         (int)swarm_Order_price(order));
  swarm_Order_free(b->rt, order);
}

static void must(ag_status status, const char *what) {
  if (status == AG_OK) return;
  fprintf(stderr, "%s: %s\n", what, ag_status_text(status));
  exit(1);
}

int main(void) {
  ag_options options = {0};
  book b = {0};
  swarm_Desk *desk;
  int i, price = 10000;
  unsigned noise = 1;

  must(ag_runtime_new(&options, &b.rt), "starting");
  must(swarm_Desk_spawn(b.rt, "ACME", &desk), "a desk");
  for (i = 0; i < 100; i++) {
    ag_status status;
    noise = noise * 1103515245u + 12345u;
    price += (int)(noise >> 16) % 101 - 50;
    while ((status = swarm_Desk_price_async(b.rt, desk, price, on_order, &b)) == AG_ERR_FULL)
      sched_yield(); /* it is behind */
    must(status, "a price");
  }
  swarm_Desk_release(b.rt, desk);
  must(ag_runtime_stop(b.rt, -1), "stopping"); /* when all prices have been answered */
  printf("%d orders\n", b.orders);
  ag_runtime_free(b.rt);
  return 0;
}
