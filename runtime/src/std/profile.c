// profile.c — std.profile.
#include <agent/agent.h>

static ag_profile profile(ag_agent *agent) {
  ag_profile p;
  (void)ag_agent_profile(agent, &p);
  return p;
}

int64_t ag_profile__time(ag_cx *cx, ag_agent *agent) {
  (void)cx;
  return (int64_t)profile(agent).message_ns;
}

double ag_profile__rate(ag_cx *cx, ag_agent *agent) {
  (void)cx;
  return profile(agent).rate;
}

double ag_profile__load(ag_cx *cx, ag_agent *agent) {
  (void)cx;
  return profile(agent).load;
}

int64_t ag_profile__longest(ag_cx *cx, ag_agent *agent) {
  (void)cx;
  return profile(agent).mailbox_high;
}
