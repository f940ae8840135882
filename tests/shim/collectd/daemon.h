/* collectd as a plugin sees it: the functions it may call, and what a test wants to know of the calls. */
#ifndef UCM_TESTS_SHIM_DAEMON_H
#define UCM_TESTS_SHIM_DAEMON_H

#include <stdbool.h>
#include <stddef.h>

#include "collectd/core/daemon/collectd.h"
#include "collectd/core/daemon/plugin.h"
#include "collectd/core/utils/common/common.h"

/* What the plugin registered; null until it did. */
struct registered {
  int (*config)(oconfig_item_t*);
  plugin_init_cb init;
  plugin_flush_cb flush;
  plugin_shutdown_cb shutdown;
  int (*read)(void);
};
extern struct registered registered;

/* One dispatched value. */
struct seen {
  char host[DATA_MAX_NAME_LEN], plugin[DATA_MAX_NAME_LEN], instance[DATA_MAX_NAME_LEN];
  char type[DATA_MAX_NAME_LEN], type_instance[DATA_MAX_NAME_LEN];
  value_t value;
  cdtime_t time, interval;
  char formula[DATA_MAX_NAME_LEN]; /* of its metadata; "" = none */
};
#define MOST_SEEN 2000
extern struct seen seen[MOST_SEEN];
extern size_t seen_count;

extern notification_t notified;
extern size_t notified_count;

/* The context that a thread other than the main one took. */
extern plugin_ctx_t adopted;
extern bool has_adopted;

void daemon_forget_values(void);
/* Whether a line with these words was logged since daemon_forget_log(); any thread may have. */
bool daemon_logged(const char* words);
/* The number after `words` in the log, or -1. */
int daemon_logged_number(const char* words);
void daemon_forget_log(void);

const struct seen* daemon_find(const char* host, const char* instance, const char* type,
                               const char* type_instance);

#endif
