/* What is outside of the plugin: its process, its files and a PBX that pushes. */
#ifndef UCM_TESTS_SHIM_OUTSIDE_H
#define UCM_TESTS_SHIM_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>

size_t entries(const char* folder);
size_t threads(void);
size_t descriptors(void);
bool exists(const char* path);
void remove_files(const char* folder); /* but no folders in it */

/* Looks again until it is so; false when that takes too long. */
bool until(bool (*so)(void));

/* One record of a call that a person answered, of 65 s with 60 s of talk, on a socket; the status that it was
 * answered with. */
int push(int port, const char* session);

#endif
