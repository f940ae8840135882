#include "daemon.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char hostname[] = "agent.example";
char* hostname_g = NULL; /* as in collectd: not known before init */

struct registered registered;
struct seen seen[MOST_SEEN];
size_t seen_count;
notification_t notified;
size_t notified_count;
plugin_ctx_t adopted;
bool has_adopted;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char logged[64 * 1024];
static pthread_t main_thread;
static plugin_ctx_t main_context;

void daemon_forget_values(void) {
  seen_count = 0;
  notified_count = 0;
}

void daemon_forget_log(void) {
  pthread_mutex_lock(&lock);
  logged[0] = '\0';
  pthread_mutex_unlock(&lock);
}

bool daemon_logged(const char* words) {
  pthread_mutex_lock(&lock);
  bool const found = strstr(logged, words) != NULL;
  pthread_mutex_unlock(&lock);
  return found;
}

int daemon_logged_number(const char* words) {
  pthread_mutex_lock(&lock);
  const char* const found = strstr(logged, words);
  int const number = found == NULL ? -1 : atoi(found + strlen(words));
  pthread_mutex_unlock(&lock);
  return number;
}

const struct seen* daemon_find(const char* host, const char* instance, const char* type,
                               const char* type_instance) {
  for (size_t i = 0; i < seen_count; i++) {
    if (strcmp(seen[i].host, host) == 0 && strcmp(seen[i].instance, instance) == 0 &&
        strcmp(seen[i].type, type) == 0 && strcmp(seen[i].type_instance, type_instance) == 0)
      return &seen[i];
  }
  return NULL;
}

/* From here on: what the plugin calls. */

cdtime_t cdtime(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return ((cdtime_t)now.tv_sec << 30) + NS_TO_CDTIME_T((cdtime_t)now.tv_nsec);
}

int plugin_register_complex_config(const char* type, int (*callback)(oconfig_item_t*)) {
  (void)type;
  registered.config = callback;
  main_thread = pthread_self();
  main_context.interval = DOUBLE_TO_CDTIME_T(7.0);
  return 0;
}

int plugin_register_init(const char* name, plugin_init_cb callback) {
  (void)name;
  registered.init = callback;
  hostname_g = hostname; /* known by the time init is called */
  return 0;
}

int plugin_register_read(const char* name, int (*callback)(void)) {
  (void)name;
  registered.read = callback;
  return 0;
}

int plugin_register_flush(const char* name, plugin_flush_cb callback, user_data_t const* data) {
  (void)name;
  (void)data;
  registered.flush = callback;
  return 0;
}

int plugin_register_shutdown(const char* name, plugin_shutdown_cb callback) {
  (void)name;
  registered.shutdown = callback;
  return 0;
}

plugin_ctx_t plugin_get_ctx(void) {
  return main_context;
}

plugin_ctx_t plugin_set_ctx(plugin_ctx_t context) {
  pthread_mutex_lock(&lock);
  plugin_ctx_t const before = adopted;
  adopted = context;
  has_adopted = !pthread_equal(pthread_self(), main_thread);
  pthread_mutex_unlock(&lock);
  return before;
}

struct meta_data_s {
  char formula[DATA_MAX_NAME_LEN];
};

meta_data_t* meta_data_create(void) {
  return calloc(1, sizeof(meta_data_t));
}

int meta_data_add_string(meta_data_t* meta, const char* key, const char* value) {
  if (strcmp(key, "formula") != 0) return -1;
  snprintf(meta->formula, sizeof meta->formula, "%s", value);
  return 0;
}

void meta_data_destroy(meta_data_t* meta) {
  free(meta);
}

int plugin_dispatch_values(value_list_t const* list) {
  if (seen_count == MOST_SEEN || list->values_len != 1) return -1;
  struct seen* const one = &seen[seen_count++];
  memcpy(one->host, list->host, sizeof one->host);
  memcpy(one->plugin, list->plugin, sizeof one->plugin);
  memcpy(one->instance, list->plugin_instance, sizeof one->instance);
  memcpy(one->type, list->type, sizeof one->type);
  memcpy(one->type_instance, list->type_instance, sizeof one->type_instance);
  one->value = list->values[0];
  one->time = list->time;
  one->interval = list->interval;
  snprintf(one->formula, sizeof one->formula, "%s", list->meta == NULL ? "" : list->meta->formula);
  return 0;
}

int plugin_dispatch_notification(const notification_t* notification) {
  notified = *notification;
  notified_count++;
  return -1; /* nobody listens: no fault of the plugin */
}

void plugin_log(int level, const char* format, ...) {
  (void)level;
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  pthread_mutex_lock(&lock);
  size_t const used = strlen(logged);
  snprintf(logged + used, sizeof logged - used, "%s\n", line);
  pthread_mutex_unlock(&lock);
}
