// cmd.h — what each command does; the result is the exit status.
// Owns: nothing. Promises: each says on stderr why it did not succeed. Does not: parse the command line.
#ifndef DRIVER_CMD_H
#define DRIVER_CMD_H

#include "driver/session.h"

enum { STATUS_OK = 0, STATUS_ERRORS = 1, STATUS_FAILED = 2 }; // 1: in the program; 2: in the call or its surroundings

int cmd_build(session *s);
int cmd_run(session *s);
int cmd_check(session *s);
int cmd_emit(session *s);
int cmd_explain(session *s);
int cmd_test(session *s);
int cmd_help(session *s);
int cmd_version(session *s);
int cmd_graph(session *s);
int cmd_later(session *s);

// One line on stderr: "agentc: error: …". Gives STATUS_FAILED.
int cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Writes text to stdout.
int cmd_print(session *s, const char *text, size_t size);

#endif
