// One run at a time drives a box.
#include "rig/engine/bench_lock.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "rig/core/error.hpp"

namespace rig {
namespace {
using testing::HasSubstr;

std::vector<ConnectResult> links(const std::vector<std::string>& endpoints) {
  std::vector<ConnectResult> result;
  for (const std::string& endpoint : endpoints) {
    LinkReport report;
    report.endpoint = endpoint + "/" + std::to_string(getpid());
    result.push_back({"supply", report, ""});
  }
  return result;
}

std::string trouble_of(const std::vector<ConnectResult>& boxes) {
  try {
    const BenchLock lock(boxes);
  } catch (const RigError& error) {
    return error.what();
  }
  return "";
}

TEST(BenchLock, a_box_in_use_is_refused_with_the_name_of_its_user_and_free_again_afterwards) {
  const auto boxes = links({"test://a", "test://b"});
  {
    const BenchLock lock(boxes);
    EXPECT_THAT(trouble_of({boxes.back()}), HasSubstr("supply at test://b"));
    EXPECT_THAT(trouble_of({boxes.back()}), HasSubstr("in use by process " + std::to_string(getpid())));
    EXPECT_EQ(trouble_of(links({"test://c"})), "");
  }
  EXPECT_EQ(trouble_of(boxes), "");
}

TEST(BenchLock, a_refused_bench_keeps_none_of_its_boxes) {
  const auto boxes = links({"test://a", "test://b"});
  const BenchLock lock({boxes.back()});
  EXPECT_NE(trouble_of(boxes), "");
  EXPECT_EQ(trouble_of({boxes.front()}), "");
}

TEST(BenchLock, two_roles_of_one_box_share_their_lock) {
  auto boxes = links({"test://a"});
  boxes.push_back(boxes.front());
  EXPECT_EQ(trouble_of(boxes), "");
}

TEST(BenchLock, a_process_that_dies_gives_its_boxes_back) {
  const auto boxes = links({"test://a"});
  const pid_t child = fork();
  if (child == 0) {
    new BenchLock(boxes);  // never released
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(trouble_of(boxes), "");
}

TEST(BenchLock, a_child_that_was_forked_meanwhile_keeps_nothing) {
  const auto boxes = links({"test://a"});
  std::array<int, 2> end{};
  ASSERT_EQ(pipe(end.data()), 0);
  pid_t child = 0;
  {
    const BenchLock lock(boxes);
    child = fork();
    if (child == 0) {
      char byte = 0;
      close(end[1]);
      static_cast<void>(!::read(end[0], &byte, 1));  // until the parent has looked
      _exit(0);
    }
  }
  EXPECT_EQ(trouble_of(boxes), "");
  close(end[0]);
  close(end[1]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
}

TEST(BenchLock, it_moves_without_letting_go) {
  const auto boxes = links({"test://a"});
  BenchLock kept;
  {
    BenchLock lock(boxes);
    kept = std::move(lock);
  }
  EXPECT_NE(trouble_of(boxes), "");
  kept = {};
  EXPECT_EQ(trouble_of(boxes), "");
}

}  // namespace
}  // namespace rig
