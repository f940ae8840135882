/* <Plugin ucm> blocks, as collectd's parser would hand them over. */
#ifndef UCM_TESTS_SHIM_BLOCK_H
#define UCM_TESTS_SHIM_BLOCK_H

#include "daemon.h"

/* A block without options; give it back with block_free(). */
oconfig_item_t* block_new(void);
void block_free(oconfig_item_t* block);

/* Adds an option or a block with one value to `to` and returns it; it belongs to `to`. */
oconfig_item_t* block_text(oconfig_item_t* to, const char* key, const char* value);
oconfig_item_t* block_number(oconfig_item_t* to, const char* key, double value);
oconfig_item_t* block_truth(oconfig_item_t* to, const char* key, bool value);
oconfig_item_t* block_bare(oconfig_item_t* to, const char* key);

#endif
