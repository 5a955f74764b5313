// io.h — why the last call of std.io on this thread failed.
#ifndef AGI_STD_IO_H
#define AGI_STD_IO_H

void agi_io_failed(const char *why);
void agi_io_succeeded(void);

#endif
