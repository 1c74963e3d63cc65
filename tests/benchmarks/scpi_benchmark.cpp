// What a query through transport and session costs beside the same bytes over the same kind of socket, without them.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "drivers/scpi/session.hpp"
#include "drivers/transport/endpoint.hpp"

namespace {

constexpr std::string_view query = "MEAS:ARR?\n";
constexpr std::string_view answer = "56.20 V, 75.00 A, 4215 W\n";

// Answers whatever comes, one client after the other.
class Answerer {
 public:
  Answerer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 1) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
      throw std::runtime_error("the benchmark cannot listen on 127.0.0.1");
    }
    address_ = address;
    thread_ = std::thread([this] { serve(); });
  }
  Answerer(const Answerer&) = delete;
  Answerer& operator=(const Answerer&) = delete;
  ~Answerer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  [[nodiscard]] const sockaddr_in& address() const noexcept { return address_; }

 private:
  void serve() const {
    while (true) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) {
        return;
      }
      const int yes = 1;
      ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      std::array<char, 256> bytes{};
      while (::recv(client, bytes.data(), bytes.size(), 0) > 0) {
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
      }
      ::close(client);
    }
  }
  int listener_;
  sockaddr_in address_{};
  std::thread thread_;
};

void bare_exchange(benchmark::State& state) {
  const Answerer answerer;
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(client, reinterpret_cast<const sockaddr*>(&answerer.address()), sizeof(sockaddr_in)) != 0) {
    state.SkipWithError("cannot connect");
  }
  const int yes = 1;
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  std::array<char, 256> bytes{};
  for (auto _ : state) {
    ::send(client, query.data(), query.size(), MSG_NOSIGNAL);
    benchmark::DoNotOptimize(::recv(client, bytes.data(), bytes.size(), 0));
  }
  ::close(client);
}

void scpi_query(benchmark::State& state) {
  const Answerer answerer;
  const auto link = rig::make_transport("tcp://127.0.0.1:" + std::to_string(ntohs(answerer.address().sin_port)));
  const rig::scpi::Dialect dialect{};
  rig::scpi::Scpi session(*link, dialect, std::chrono::seconds(1));
  link->open(rig::WallTime::clock::now() + std::chrono::seconds(1));
  session.start();
  for (auto _ : state) {
    benchmark::DoNotOptimize(session.list("MEAS:ARR?", {"V", "A", "W"}));
  }
  link->close();
}

BENCHMARK(bare_exchange)->Repetitions(5)->ReportAggregatesOnly();
BENCHMARK(scpi_query)->Repetitions(5)->ReportAggregatesOnly();

}  // namespace
