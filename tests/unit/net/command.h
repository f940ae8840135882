// A program run beside the stage's loop.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "stage.h"

namespace ucm::net {

struct Outcome {
  int status = -1;  // 127: no such program
  std::string output;
};

// Standard output only; the program is killed when it takes too long.
inline Outcome run(Stage& stage, std::vector<std::string> words) {
  std::array<int, 2> ends{};
  Outcome outcome;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return outcome;
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, writer.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  writer.close();
  if (failed != 0) {
    outcome.status = 127;
    return outcome;
  }
  const bool ended = stage.until([&] {
    std::array<char, 4096> buffer;
    ssize_t count = 0;
    while ((count = ::read(reader.get(), buffer.data(), buffer.size())) > 0) {
      outcome.output.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count == 0;
  });
  if (!ended) ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

// A folder that goes with everything in it that was named here.
class Folder {
 public:
  Folder() {
    std::array<char, 32> name{"/tmp/ucm-net-XXXXXX"};
    if (::mkdtemp(name.data()) != nullptr) path_ = name.data();
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    for (const std::string& file : files_) ::unlink(file.c_str());
    ::rmdir(path_.c_str());
  }
  [[nodiscard]] std::string file(const std::string& name) {
    files_.push_back(path_ + "/" + name);
    return files_.back();
  }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

// `curl` with a body, printing the status of every answer it gets.
inline Outcome curl(Stage& stage, std::vector<std::string> words) {
  std::vector<std::string> all{"curl", "-sS", "-i", "--max-time", "8"};
  all.insert(all.end(), words.begin(), words.end());
  return run(stage, std::move(all));
}

inline std::string statuses(const Outcome& outcome) {
  std::string all;
  for (std::size_t at = 0; (at = outcome.output.find("HTTP/1.1 ", at)) != std::string::npos; at += 9) {
    if (!all.empty()) all += ' ';
    all += outcome.output.substr(at + 9, 3);
  }
  return all;
}

}  // namespace ucm::net
