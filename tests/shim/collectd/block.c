#include "block.h"

#include <stdlib.h>
#include <string.h>

oconfig_item_t* block_new(void) {
  oconfig_item_t* const block = calloc(1, sizeof *block);
  block->key = strdup("Plugin");
  return block;
}

static void empty(oconfig_item_t* item) {
  for (int i = 0; i < item->children_num; i++) empty(&item->children[i]);
  for (int i = 0; i < item->values_num; i++) {
    if (item->values[i].type == OCONFIG_TYPE_STRING) free(item->values[i].value.string);
  }
  free(item->key);
  free(item->values);
  free(item->children);
}

void block_free(oconfig_item_t* block) {
  empty(block);
  free(block);
}

/* Children move when one is added: a caller goes on with the latest one alone. */
oconfig_item_t* block_bare(oconfig_item_t* to, const char* key) {
  size_t const size = (size_t)to->children_num + 1;
  to->children = realloc(to->children, size * sizeof *to->children);
  oconfig_item_t* const item = &to->children[to->children_num++];
  memset(item, 0, sizeof *item);
  item->key = strdup(key);
  item->parent = to;
  return item;
}

static oconfig_item_t* with(oconfig_item_t* item, oconfig_value_t value) {
  item->values = calloc(1, sizeof *item->values);
  item->values[0] = value;
  item->values_num = 1;
  return item;
}

oconfig_item_t* block_text(oconfig_item_t* to, const char* key, const char* text) {
  oconfig_value_t value = {.type = OCONFIG_TYPE_STRING};
  value.value.string = strdup(text);
  return with(block_bare(to, key), value);
}

oconfig_item_t* block_number(oconfig_item_t* to, const char* key, double number) {
  oconfig_value_t value = {.type = OCONFIG_TYPE_NUMBER};
  value.value.number = number;
  return with(block_bare(to, key), value);
}

oconfig_item_t* block_truth(oconfig_item_t* to, const char* key, bool truth) {
  oconfig_value_t value = {.type = OCONFIG_TYPE_BOOLEAN};
  value.value.boolean = truth ? 1 : 0;
  return with(block_bare(to, key), value);
}
