#include "outside.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

size_t entries(const char* folder) {
  DIR* const directory = opendir(folder);
  assert_non_null(directory);
  size_t count = 0;
  for (const struct dirent* one; (one = readdir(directory)) != NULL;) count += one->d_name[0] != '.';
  closedir(directory);
  return count;
}
size_t threads(void) {
  return entries("/proc/self/task");
}
size_t descriptors(void) {
  return entries("/proc/self/fd");
}

bool exists(const char* path) {
  struct stat status;
  return stat(path, &status) == 0;
}

void remove_files(const char* folder) {
  DIR* const directory = opendir(folder);
  if (directory == NULL) return;
  for (const struct dirent* one; (one = readdir(directory)) != NULL;) {
    unlinkat(dirfd(directory), one->d_name, 0); /* of . and .. it does nothing */
  }
  closedir(directory);
}

bool until(bool (*so)(void)) {
  for (int tries = 0; tries < 1500; tries++) {
    if (so()) return true;
    poll(NULL, 0, 10);
  }
  return false;
}

int push(int port, const char* session) {
  char body[512];
  int const length = snprintf(
      body, sizeof body,
      "{\"session\":\"%s\",\"uniqueid\":\"%s.1\",\"start\":\"2001-01-01 10:00:00\",\"duration\":\"65\","
      "\"billsec\":\"60\",\"disposition\":\"ANSWERED\",\"lastapp\":\"Dial\",\"src\":\"5550100\",\"action_"
      "type\":\"QUEUE[6500]\"}",
      session, session);
  char request[1024];
  int const size = snprintf(request, sizeof request,
                            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
                            length, body);
  int const descriptor = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  address.sin_port = htons((uint16_t)port);
  assert_int_equal(connect(descriptor, (struct sockaddr*)&address, sizeof address), 0);
  assert_int_equal(send(descriptor, request, (size_t)size, MSG_NOSIGNAL), size);
  char answer[64] = "";
  assert_int_equal(recv(descriptor, answer, 12, MSG_WAITALL), 12);
  close(descriptor);
  return atoi(answer + 9);
}
