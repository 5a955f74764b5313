// cmd.h — what each command does; the result is the exit status.
// Owns: nothing. Promises: each says on stderr why it did not succeed. Does not: parse the command line.
#ifndef DRIVER_CMD_H
#define DRIVER_CMD_H

#include "driver/session.h"

enum { STATUS_OK = 0, STATUS_ERRORS = 1, STATUS_FAILED = 2 }; // 1: in the program; 2: in the call or its surroundings

int cmd_build(session *s);
int cmd_library(session *s);
int cmd_run(session *s);
int cmd_check(session *s);
int cmd_emit(session *s);
int cmd_explain(session *s);
int cmd_test(session *s);
int cmd_help(session *s);
int cmd_version(session *s);
int cmd_graph(session *s);
int cmd_fmt(session *s);

// One line on stderr: "agentc: error: …". Gives STATUS_FAILED.
int cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Writes a file: complete or not at all.
int cmd_write(session *s, const char *name, const char *text, size_t size);
// What the names of a library's exports begin with, made of a file's name.
const char *cmd_prefix(session *s, const char *stem);
// What --depfile asks for, of `target`. To be called once it has been made.
int cmd_depfile(session *s, const char *target);
struct emit_result;
// Compiles C. STATUS_ERRORS: what the program declares is missing, and has been reported.
struct cc_job;
struct cc_command;
int cmd_compile(session *s, const struct emit_result *code, const struct cc_command *cc, struct cc_job *job);
// Writes text to stdout.
int cmd_print(session *s, const char *text, size_t size);

#endif
