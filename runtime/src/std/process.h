// process.h — the exit status that a program asked for.
#ifndef AGI_STD_PROCESS_H
#define AGI_STD_PROCESS_H

// What std.process.exit_code was last given, else 0; and 0 again from now on.
int agi_process_take_exit_code(void);

#endif
