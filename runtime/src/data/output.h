// output.h — the program's standard output, and writing that survives a closed pipe.
// Owns:     one buffer per process: standard output is one per process too.
// Promises: what is given in one call comes out in one piece, from any thread; flushed when the buffer is full, after each
//           call if it is a terminal, and by agi_output_flush, which the runtime calls at exit, at a failure and before
//           standard input is read. A closed pipe or a full disk is reported, not a signal.
// Does not: install handlers. What happens when output fails is the host's choice.
#ifndef AGI_DATA_OUTPUT_H
#define AGI_DATA_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

void agi_output_write(const char *p, int64_t n);
void agi_output_flush(void);
// true: output that cannot be written ends the process with a message and status 1 (programs). false, the default: a
// message, then output is thrown away (embedding hosts).
void agi_output_fatal(bool fatal);
// Writes all of it to a file descriptor, without SIGPIPE. 0 or an errno.
int agi_write_all(int fd, const char *p, int64_t n);

#endif
