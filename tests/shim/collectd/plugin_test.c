/* The plugin's life in a daemon, played by a small one: registered, configured, started, read, flushed and
 * shut down, again and again in one process. */
#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "block.h"
#include "daemon.h"
#include "outside.h"

static void (*register_plugin)(void);
static char base_directory[] = "/tmp/ucm-shim-XXXXXX";

static void registers(void) {
  memset(&registered, 0, sizeof registered);
  daemon_forget_values();
  daemon_forget_log();
  has_adopted = false;
  register_plugin();
}

static void configures(oconfig_item_t* block) {
  assert_int_equal(registered.config(block), 0);
  block_free(block);
}

static void add_listener(oconfig_item_t* block) {
  block_text(block, "Listen", "http://127.0.0.1:0");
}
static void add_pbx(oconfig_item_t* block, const char* name, const char* from) {
  block_text(block_text(block, "PBX", name), "From", from);
}

static oconfig_item_t* ordinary(void) {
  oconfig_item_t* const block = block_new();
  block_number(block, "Settle", 1);
  add_listener(block);
  add_pbx(block, "hq", "127.0.0.1");
  return block;
}

static void starts(void) {
  registers();
  configures(ordinary());
  assert_int_equal(registered.init(), 0);
  assert_non_null(registered.read);
}

static void reads(void) {
  daemon_forget_values();
  assert_int_equal(registered.read(), 0);
}

static bool counted;
static derive_t wanted;
static bool has_counted(void) {
  reads();
  const struct seen* const answered = daemon_find("hq", "all", "total_sessions", "answered");
  counted = answered != NULL && answered->value.derive == wanted;
  return counted;
}

static void nothing_is_started_before_init(void** state) {
  (void)state;
  size_t const threads_before = threads();
  size_t const descriptors_before = descriptors();
  registers();
  configures(ordinary());
  assert_int_equal(threads(), threads_before);
  assert_int_equal(descriptors(), descriptors_before);
  assert_int_equal(entries("."), 0);
  assert_null(registered.read);
  assert_int_equal(registered.flush(0, NULL, NULL), 0);
  assert_int_equal(registered.shutdown(), 0); /* a daemon that fails elsewhere ends so */
  assert_int_equal(entries("."), 0);
}

static void init_starts_one_thread_with_the_daemons_context(void** state) {
  (void)state;
  size_t const threads_before = threads();
  starts();
  assert_int_equal(threads(), threads_before + 1);
  assert_true(exists("ucm/ledger.db"));
  reads();
  assert_int_equal(registered.shutdown(), 0);
  assert_true(has_adopted);
  assert_true(adopted.interval == DOUBLE_TO_CDTIME_T(7.0));
}

static void a_field_is_a_name(const char* field) {
  size_t const length = strnlen(field, DATA_MAX_NAME_LEN);
  assert_in_range(length, 1, DATA_MAX_NAME_LEN - 1);
  for (size_t i = 0; i < length; i++) assert_true(field[i] > ' ' && field[i] < 127 && field[i] != '/');
}

static void every_series_is_dispatched_from_the_first_read_on(void** state) {
  (void)state;
  starts();
  cdtime_t const before = cdtime();
  reads();
  size_t const first = seen_count;
  assert_true(first > 100);
  for (size_t i = 0; i < seen_count; i++) {
    struct seen const* const one = &seen[i];
    a_field_is_a_name(one->host);
    a_field_is_a_name(one->instance);
    a_field_is_a_name(one->type);
    a_field_is_a_name(one->type_instance);
    assert_string_equal(one->plugin, "ucm");
    assert_true(one->time >= before && one->time <= cdtime());
    assert_true(one->time == seen[0].time);
    assert_ptr_equal(daemon_find(one->host, one->instance, one->type, one->type_instance), one);
    if (strncmp(one->type, "total_", 6) == 0) assert_int_equal(one->value.derive, 0);
    if (strcmp(one->type, "duration") == 0) assert_true(isnan(one->value.gauge));
  }
  assert_non_null(daemon_find("hq", "external", "total_sessions", "other"));
  assert_non_null(daemon_find("agent.example", "self", "total_events", "senders_refused"));
  assert_true(daemon_find("agent.example", "self", "count", "ledger_writable")->value.gauge == 1);
  reads();
  assert_int_equal(seen_count, first);
  assert_int_equal(registered.shutdown(), 0);
}

static void a_push_is_read_under_the_present_time(void** state) {
  (void)state;
  starts();
  reads();
  const struct seen* const before = daemon_find("hq", "all", "total_sessions", "answered");
  wanted = before->value.derive + 1;
  cdtime_t const then = cdtime();
  assert_int_equal(push(daemon_logged_number("(port "), "one"), 200);
  assert_true(until(has_counted));
  for (size_t i = 0; i < seen_count; i++) assert_true(seen[i].time >= then);
  assert_true(daemon_find("hq", "all", "duration", "talk-max")->value.gauge == 60);
  assert_string_equal(daemon_find("hq", "queue-6500", "percent", "service_level")->formula,
                      "without_short_abandons");
  assert_string_equal(daemon_find("hq", "all", "percent", "asr")->formula, "");
  assert_int_equal(registered.flush(0, NULL, NULL), 0);
  assert_int_equal(registered.shutdown(), 0);
}

static bool is_notified(void) {
  assert_int_equal(registered.read(), 0);
  seen_count = 0;
  return notified_count > 0;
}

static void a_long_call_is_a_notification(void** state) {
  (void)state;
  registers();
  oconfig_item_t* const block = ordinary();
  block_number(&block->children[block->children_num - 1], "LongCall", 64);
  configures(block);
  assert_int_equal(registered.init(), 0);
  cdtime_t const then = cdtime();
  assert_int_equal(push(daemon_logged_number("(port "), "long"), 200);
  assert_true(until(is_notified));
  assert_int_equal(notified_count, 1);
  assert_string_equal(notified.host, "hq");
  assert_string_equal(notified.plugin, "ucm");
  assert_int_equal(notified.severity, NOTIF_WARNING);
  assert_true(notified.time >= then && notified.time <= cdtime());
  assert_non_null(strstr(notified.message, "1 min 5 s"));
  assert_null(strstr(notified.message, "5550100"));
  assert_int_equal(registered.shutdown(), 0);
}

static void shutdown_leaves_nothing_again_and_again(void** state) {
  (void)state;
  size_t const threads_before = threads();
  size_t const descriptors_before = descriptors();
  derive_t counted_before = -1;
  for (int round = 0; round < 5; round++) {
    starts();
    reads();
    derive_t const now = daemon_find("hq", "all", "total_sessions", "answered")->value.derive;
    if (counted_before >= 0) assert_int_equal(now, counted_before + 1); /* they go on from run to run */
    counted_before = now;
    char session[32];
    snprintf(session, sizeof session, "round %d", round);
    wanted = now + 1;
    assert_int_equal(push(daemon_logged_number("(port "), session), 200);
    assert_true(until(has_counted));
    assert_int_equal(registered.flush(0, NULL, NULL), 0);
    assert_int_equal(registered.shutdown(), 0);
    assert_int_equal(threads(), threads_before);
    assert_int_equal(descriptors(), descriptors_before);
    assert_false(exists("ucm/ucm.sock"));
    assert_int_equal(registered.shutdown(), 0); /* twice is once */
    assert_int_equal(registered.flush(0, NULL, NULL), 0);
    reads(); /* a read thread that comes late */
    assert_int_equal(seen_count, 0);
  }
}

static void several_blocks_are_one(void** state) {
  (void)state;
  registers();
  configures(block_new());
  oconfig_item_t* block = block_new();
  add_listener(block);
  configures(block);
  for (int i = 0; i < 3; i++) {
    char name[] = "pbx0";
    char from[] = "127.0.0.1";
    name[3] = (char)('0' + i);
    from[8] = (char)('1' + i);
    block = block_new();
    add_pbx(block, name, from);
    configures(block);
  }
  assert_int_equal(registered.init(), 0);
  reads();
  assert_non_null(daemon_find("pbx0", "all", "total_sessions", "answered"));
  assert_non_null(daemon_find("pbx2", "all", "total_sessions", "answered"));
  assert_int_equal(registered.shutdown(), 0);
  /* The next run has its own configuration, and nothing of this one. */
  starts();
  reads();
  assert_null(daemon_find("pbx0", "all", "total_sessions", "answered"));
  assert_int_equal(registered.shutdown(), 0);
}

static void odd_options_are_told_and_harm_nobody(void** state) {
  (void)state;
  registers();
  oconfig_item_t* const block = block_new();
  block_text(block, "Settle", "soon");
  block_number(block, "StateDirectory", 7);
  block_truth(block, "Retention", true);
  block_bare(block, "QuarantineRows");
  block_text(block, "Retenton", "5");
  block_number(block, "Listen", 5000);
  block_bare(block, "PBX");
  block_text(block_text(block, "PBX", "no address"), "From", "nowhere");
  oconfig_item_t* deep = block_text(block, "Strange", "block");
  for (int i = 0; i < 50; i++) deep = block_text(deep, "Deeper", "%s%n");
  add_listener(block);
  add_pbx(block, "hq", "127.0.0.1");
  configures(block);
  assert_int_equal(registered.init(), 0);
  assert_true(daemon_logged("Retention")); /* the nearest known option */
  assert_true(daemon_logged("Retenton"));
  assert_true(daemon_logged("Settle"));
  reads();
  assert_non_null(daemon_find("hq", "all", "total_sessions", "answered"));
  assert_int_equal(registered.shutdown(), 0);
}

static void nothing_usable(oconfig_item_t* block) {
  size_t const threads_before = threads();
  registers();
  if (block != NULL) configures(block);
  assert_int_not_equal(registered.init(), 0);
  assert_null(registered.read);
  assert_int_equal(threads(), threads_before);
  assert_true(daemon_logged("nothing usable"));
  assert_int_equal(registered.flush(0, NULL, NULL), 0);
  assert_int_equal(registered.shutdown(), 0);
}

static void nothing_usable_is_said_by_init(void** state) {
  (void)state;
  nothing_usable(NULL);
  nothing_usable(block_new());
  oconfig_item_t* block = block_new();
  add_listener(block);
  nothing_usable(block);
  block = block_new();
  add_pbx(block, "hq", "127.0.0.1");
  nothing_usable(block);
  block = block_new();
  add_listener(block);
  block_text(block_text(block, "PBX", "hq"), "From", "nowhere");
  nothing_usable(block);
}

int main(int count, char** words) {
  if (count != 2 || mkdtemp(base_directory) == NULL) return 2;
  void* const plugin = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  if (plugin == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  *(void**)&register_plugin = dlsym(plugin, "module_register");
  if (register_plugin == NULL || chdir(base_directory) != 0) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_started_before_init),
      cmocka_unit_test(init_starts_one_thread_with_the_daemons_context),
      cmocka_unit_test(every_series_is_dispatched_from_the_first_read_on),
      cmocka_unit_test(a_push_is_read_under_the_present_time),
      cmocka_unit_test(a_long_call_is_a_notification),
      cmocka_unit_test(shutdown_leaves_nothing_again_and_again),
      cmocka_unit_test(several_blocks_are_one),
      cmocka_unit_test(odd_options_are_told_and_harm_nobody),
      cmocka_unit_test(nothing_usable_is_said_by_init),
  };
  int const failed = cmocka_run_group_tests(tests, NULL, NULL);
  remove_files("ucm");
  return rmdir("ucm") == 0 && rmdir(base_directory) == 0 ? failed : 1;
}
