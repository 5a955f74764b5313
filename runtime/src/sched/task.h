// task.h — what the scheduler runs.
// Owns:     nothing; a task is embedded in whatever it schedules.
// Promises: the scheduler reads `run` and uses `next` while it holds the task, and never touches it after calling run.
// Does not: know what an agent is.
#ifndef AGI_SCHED_TASK_H
#define AGI_SCHED_TASK_H

typedef struct agi_proc agi_proc;
typedef struct agi_task agi_task;
struct agi_task {
  agi_task *next; // free for its holder while not queued
  void (*run)(agi_proc *p, agi_task *t);
};

#endif
