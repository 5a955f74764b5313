// error_text.c — what was raised, for the thread whose call has just failed.
// Owns:     a text for each thread that ever needed one, until that thread ends or we are unloaded.
// Promises: a thread that ends after we were unloaded runs nothing of ours: what ends with it is the C library's. Threads that never fail
//           have nothing, and thread-local memory, of which plugins get little, stays small. No memory: the text is empty.
//   key   made once, before its first use (pthread_once); deleted when we are unloaded
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/host.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool made;

static void make(void) { made = pthread_key_create(&key, free) == 0; }

__attribute__((destructor)) static void unload(void) {
  if (!made) return;
  free(pthread_getspecific(key));
  (void)pthread_setspecific(key, NULL);
  (void)pthread_key_delete(key);
}

const char *ag_error_text(void) {
  (void)pthread_once(&once, make);
  const char *text = made ? pthread_getspecific(key) : NULL;
  return text ? text : "";
}

void agi_error_text_set(const char *text) {
  (void)pthread_once(&once, make);
  if (!made) return;
  char *at = pthread_getspecific(key);
  if (!at) {
    at = malloc(AGI_ERROR_TEXT);
    if (at && pthread_setspecific(key, at) != 0) {
      free(at);
      at = NULL;
    }
  }
  if (at) snprintf(at, AGI_ERROR_TEXT, "%s", text);
}
