// What the loop asks of the operating system, and gives back.
#include <gmock/gmock.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rig/engine/real_time.hpp"

namespace rig {
namespace {

using testing::HasSubstr;

cpu_set_t cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  pthread_getaffinity_np(pthread_self(), sizeof set, &set);
  return set;
}

int policy() {
  int policy = -1;
  sched_param parameters{};
  pthread_getschedparam(pthread_self(), &policy, &parameters);
  return policy & ~SCHED_RESET_ON_FORK;
}

TEST(RealTime, gives_back_the_core_that_it_took) {
  const cpu_set_t before = cores();
  unsigned first = 0;
  while (!CPU_ISSET(first, &before)) {
    ++first;
  }
  {
    const RealTime loop(first);
    const cpu_set_t during = cores();
    EXPECT_EQ(CPU_COUNT(&during), 1);
    EXPECT_TRUE(CPU_ISSET(first, &during));
  }
  const cpu_set_t after = cores();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
  EXPECT_EQ(policy(), SCHED_OTHER);
}

TEST(RealTime, says_so_when_there_is_no_such_core_and_runs_on) {
  const cpu_set_t before = cores();
  const RealTime loop(CPU_SETSIZE - 1);
  EXPECT_THAT(loop.missing(), testing::Contains(HasSubstr("a core of its own")));
  const cpu_set_t during = cores();
  EXPECT_TRUE(CPU_EQUAL(&before, &during));
}

// In a process of its own: what it gives up is gone for good.
void ask_without_privileges() {
  const rlimit none{0, 0};
  const uid_t nobody = 65534;
  const bool given_up = setrlimit(RLIMIT_MEMLOCK, &none) == 0 && setrlimit(RLIMIT_RTPRIO, &none) == 0 &&
                        (geteuid() != 0 || setresuid(nobody, nobody, nobody) == 0);
  const RealTime loop(std::nullopt);
  std::string text = given_up ? "" : "kept its privileges;";
  for (const std::string& missing : loop.missing()) {
    text += missing + ";";
  }
  std::fputs(text.c_str(), stderr);
  std::_Exit(static_cast<int>(loop.missing().size()));
}

TEST(RealTimeDeathTest, without_privileges_it_warns_of_memory_and_priority_and_runs_on) {
#ifdef __SANITIZE_ADDRESS__  // it answers mlockall() by itself and says yes: nothing can be learnt about memory
  constexpr int missing = 1;
  constexpr auto text = "no real-time priority.*CAP_SYS_NICE";
#else
  constexpr int missing = 2;
  constexpr auto text = "memory is not locked.*ulimit -l.*no real-time priority.*CAP_SYS_NICE";
#endif
  EXPECT_EXIT(ask_without_privileges(), testing::ExitedWithCode(missing), text);
}

}  // namespace
}  // namespace rig
