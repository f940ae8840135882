// Every folder of tests/data/api-READER: what the reader makes of its `body.*` equals `understood`; and
// whatever else it is given, it neither falls over nor takes its time.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "api_readers.h"
#include "wire/startup.h"

#include "check.h"

namespace {

namespace fs = std::filesystem;
using namespace ucm;
using namespace ucm::wire;

struct Case {
  std::string name;
  std::string body;
  std::string understood;
};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Case> cases_of(const ApiReader& reader) {
  std::vector<Case> found;
  for (const auto& folder : fs::directory_iterator(fs::path(UCM_TEST_DATA) / text("api-{}", reader.name))) {
    for (const auto& file : fs::directory_iterator(folder.path())) {
      if (file.path().stem() != "body") continue;
      found.push_back({text("api-{}/{}", reader.name, folder.path().filename().string()),
                       content_of(file.path()), content_of(folder.path() / "understood")});
    }
  }
  std::sort(found.begin(), found.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
  return found;
}

std::vector<std::string> all_bodies() {
  std::vector<std::string> bodies;
  for (const ApiReader& reader : kApiReaders) {
    for (Case& one : cases_of(reader)) bodies.push_back(std::move(one.body));
  }
  return bodies;
}

void every_reader_has_cases(void**) {
  for (const ApiReader& reader : kApiReaders) assert_true(!cases_of(reader).empty());
  assert_true(all_bodies().size() > 80);
}

void understood_as_expected(void**) {
  for (const ApiReader& reader : kApiReaders) {
    for (const Case& one : cases_of(reader)) {
      const std::string understood = reader.understood(one.body);
      if (understood != one.understood) print_error("case %s\n", one.name.c_str());
      assert_text(understood, one.understood);
    }
  }
}

// A PBX of one kind may answer what belongs to another, and a proxy anything.
void every_reader_survives_every_body(void**) {
  for (const std::string& body : all_bodies()) {
    for (const ApiReader& reader : kApiReaders) (void)reader.understood(body);
  }
}

void every_reader_survives_every_cut(void**) {
  constexpr std::size_t kSmall = 1500;
  for (const ApiReader& reader : kApiReaders) {
    for (const Case& one : cases_of(reader)) {
      const std::string_view body = std::string_view(one.body).substr(0, kSmall);
      for (std::size_t cut = 0; cut < body.size(); cut += kSanitized ? 11 : 3)
        (void)reader.understood(body.substr(0, cut));
    }
  }
}

// Bytes changed, doubled, left out, at random; the seed is fixed so that a finding stays one.
void every_reader_survives_damage(void**) {
  std::mt19937 random(20250304);  // NOLINT(cert-msc51-cpp): meant to repeat
  const std::string letters = "{}[]\"',:<>&;/\\-0123456789 \n\r\tab\xC3\x80";
  const auto any = [&](std::size_t below) {
    return static_cast<std::size_t>(random()) % std::max<std::size_t>(1, below);
  };
  const std::vector<std::string> bodies = all_bodies();
  for (int round = 0; round < (kSanitized ? 1000 : 4000); ++round) {
    std::string body = bodies[any(bodies.size())].substr(0, 2000);
    for (std::size_t change = any(6) + 1; change > 0 && !body.empty(); --change) {
      const std::size_t at = any(body.size());
      switch (any(3)) {
        case 0:
          body[at] = letters[any(letters.size())];
          break;
        case 1:
          body.erase(at, any(20));
          break;
        default:
          body.insert(at, body.substr(any(body.size()), any(40)));
      }
    }
    for (const ApiReader& reader : kApiReaders) (void)reader.understood(body);
  }
}

// None of them takes more than a moment for a large body of what is worst for it.
void nothing_takes_long(void**) {
  constexpr std::size_t kBytes = std::size_t{1} << (kSanitized ? 16U : 18U);
  const std::string header = "AcctId,start,uniqueid,lastdata\n";
  for (const std::string_view piece :
       {"'a,", "\"a,", "\" <", "' ", "{\"cdr\":", "[", "\"", "<agent>", "a.wav@", "[\"\","}) {
    std::string body;
    while (body.size() < kBytes) body += piece;
    for (const ApiReader& reader : kApiReaders) {
      for (const std::string& whole : {body, header + body, "{\"cdr_root\":[" + body}) {
        const std::clock_t begin = std::clock();
        (void)reader.understood(whole);
        const std::int64_t ms = static_cast<std::int64_t>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
        if (ms > 5000)
          print_error("%s: %lld ms for '%s'\n", reader.name.data(), static_cast<long long>(ms), piece.data());
        assert_true(ms <= 5000);
      }
    }
  }
}

}  // namespace

int api_cases_test() {
  prepare_xml();
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_reader_has_cases),           cmocka_unit_test(understood_as_expected),
      cmocka_unit_test(every_reader_survives_every_body), cmocka_unit_test(every_reader_survives_every_cut),
      cmocka_unit_test(every_reader_survives_damage),     cmocka_unit_test(nothing_takes_long),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
