// process.h — what std.process must be told.
#ifndef AGI_STD_PROCESS_H
#define AGI_STD_PROCESS_H

// The arguments of this process, argv[0] first; kept, not copied. Before any agent runs.
void agi_process_args_set(int argc, char *const *argv);

#endif
