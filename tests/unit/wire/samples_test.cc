// Output of real PBXes, where a collection of it lies beside the checkout: how many legs each file holds was
// counted by another program.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "wire/splitter.h"
#include "wire/startup.h"

#include "check.h"

namespace {

namespace fs = std::filesystem;
using namespace ucm;
using namespace ucm::wire;

struct Sample {
  const char* path;
  std::size_t legs;
};

constexpr std::array kSamples{
    Sample{"cdrapi-json/ucm-2023-acctid-restarts-each-month.json", 6},
    Sample{"cdrapi-json/ucm-2023-failed-variants.json", 5},
    Sample{"cdrapi-json/ucm-2023-flat-internal-answered.json", 1},
    Sample{"cdrapi-json/ucm-2023-forkcdr-inbound-trunk-nested.json", 2},
    Sample{"cdrapi-json/ucm-2023-inbound-did-answered.json", 1},
    Sample{"cdrapi-json/ucm-2023-ivr-flat-and-nested.json", 3},
    Sample{"cdrapi-json/ucm-2023-nested-busy-then-voicemail.json", 4},
    Sample{"cdrapi-json/ucm-2023-nested-noanswer-then-voicemail.json", 2},
    Sample{"cdrapi-json/ucm-2023-nested-transfer.json", 2},
    Sample{"cdrapi-json/ucm-2023-noanswer-analog-dahdi-outbound.json", 1},
    Sample{"cdrapi-json/ucm-2023-recordfiles-trailing-at.json", 3},
    Sample{"cdrapi-json/ucm-2023-unicode-escapes-in-names.json", 2},
    Sample{"cdrapi-json/ucm6302-2022-gen2-flat-parkedcall-recorded.json", 1},
    Sample{"cdrapi-json/ucm6302-2022-gen2-nested-park.json", 2},
    Sample{"cdrapi-json/ucm6304-testfixture-main-only.json", 2},
    Sample{"legacy-8443/ucm6100-2013-cdrapi.json", 3},
    Sample{"push-http/audiapro-prd-expected-outbound.body.json", 1},
    Sample{"push-http/gks-2026-ringgroup-noanswer.body.json", 1},
    Sample{"push-http/newtel-test-minimal.body.json", 1},
    Sample{"constructed/push-tcp-ucm62xx.minquoted.csv", 1},
    Sample{"constructed/push-tcp-ucm62xx.quoted.csv", 1},
};

void legs_of_every_sample(void**) {
  if (!fs::exists(UCM_SAMPLES)) skip();  // it jumps: nothing may be alive here that would leak
  const fs::path folder(UCM_SAMPLES);
  for (const Sample& sample : kSamples) {
    std::ifstream file(folder / sample.path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const Decoded out = decode_all(bytes, std::size_t{1} << 20U);
    if (out.legs.size() != sample.legs || !out.rejected.empty()) print_error("%s\n", sample.path);
    assert_int_equal(out.legs.size(), sample.legs);
    assert_int_equal(out.rejected.size(), 0);
    for (const Leg& leg : out.legs) assert_true(identified(leg) && !session_of(leg).empty());
  }
}

}  // namespace

int samples_test() {
  prepare_xml();
  const CMUnitTest tests[] = {cmocka_unit_test(legs_of_every_sample)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
