#include <gmock/gmock.h>

#include "rig/instrument/registry.hpp"
#include "rig/instrument/roles.hpp"

namespace rig {
namespace {

class TestMeter final : public Meter {
 public:
  struct Parameters {
    Volts offset{0.5};
  };
  TestMeter(const Parameters& parameters, BenchContext& context)
      : parameters_(parameters), counter_(context.shared<int>("counter")) {
    ++*counter_;
  }

 protected:
  [[nodiscard]] Ratings ratings() const override { return {}; }

 private:
  Reading measure(const Tick&) noexcept override { return {.voltage = parameters_.offset}; }
  Parameters parameters_;
  std::shared_ptr<int> counter_;
};

Node yaml(const std::string& text, Diagnostics& diagnostics) {
  return parse_yaml(std::make_shared<SourceText>(SourceText{"bench.yaml", text}), diagnostics);
}

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::TestMeter::Parameters> {
  static void declare(Mapping<TestMeter::Parameters>& m) {
    m.optional("offset", &TestMeter::Parameters::offset,
               {.help = "what it shows", .origin = "test", .minimum = 0.0, .maximum = 10.0});
  }
};

namespace rig {
RIG_DRIVER(TestMeter, "test.meter", "a meter for the tests of the registry")
namespace {

TEST(Registry, a_driver_registers_itself_and_is_made_from_its_parameters) {
  const DriverEntry* entry = DriverRegistry::instance().find("test.meter");
  ASSERT_NE(entry, nullptr);
  Diagnostics diagnostics;
  BenchContext context(1);
  EXPECT_NE(entry->make(yaml("{ offset: 2 V }", diagnostics), context, diagnostics), nullptr);
  EXPECT_NE(entry->make(Node{}, context, diagnostics), nullptr) << "nothing given: all defaults";
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(Registry, mistakes_in_parameters_make_no_instrument_and_name_their_place) {
  const DriverEntry* entry = DriverRegistry::instance().find("test.meter");
  ASSERT_NE(entry, nullptr);
  for (const char* wrong : {"{ ofset: 2 V }", "{ offset: 2 A }", "{ offset: 2 }", "{ offset: 11 V }", "[]"}) {
    Diagnostics diagnostics;
    BenchContext context(1);
    EXPECT_EQ(entry->make(yaml(wrong, diagnostics), context, diagnostics), nullptr) << wrong;
    EXPECT_THAT(diagnostics.render(), testing::HasSubstr("bench.yaml:1:")) << wrong;
  }
}

TEST(Registry, lists_values_after_the_parameters_were_applied) {
  const DriverEntry* entry = DriverRegistry::instance().find("test.meter");
  ASSERT_NE(entry, nullptr);
  Diagnostics diagnostics;
  const auto values = entry->list(yaml("{ offset: 2 V }", diagnostics));
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].path, "offset");
  EXPECT_EQ(values[0].value, "2 V");
  EXPECT_EQ(values[0].origin, "test");
  EXPECT_EQ(entry->list(Node{})[0].value, "0.5 V");
}

TEST(Registry, an_unknown_driver_is_not_found) {
  EXPECT_EQ(DriverRegistry::instance().find("test.metre"), nullptr);
  EXPECT_THAT(DriverRegistry::instance().names(), testing::Contains("test.meter"));
}

TEST(Registry, a_second_driver_of_one_name_is_reported_and_the_first_one_stays) {
  DriverRegistry registry;
  registry.add({.name = "a.b", .help = "first"});
  registry.add({.name = "a.b", .help = "second"});
  ASSERT_EQ(registry.problems().size(), 1u);
  EXPECT_THAT(registry.problems()[0], testing::HasSubstr("a.b"));
  EXPECT_EQ(registry.find("a.b")->help, "first");
}

TEST(BenchContextTest, instruments_of_one_bench_share_and_those_of_another_do_not) {
  BenchContext one(1), other(1);
  *one.shared<int>("counter") = 7;
  EXPECT_EQ(*one.shared<int>("counter"), 7);
  EXPECT_EQ(*other.shared<int>("counter"), 0);
}

}  // namespace
}  // namespace rig
