#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstring>

#include "rig/core/error.hpp"
#include "rig/instrument/registry.hpp"

namespace rig {
namespace {

// The line to `gtxrig sim`, which stands for all that a person does by hand before a case on a real bench: charge the
// pack to its start state, let it soak, switch every box off and on. A real bench has no such instrument.
class RemoteWorld final : public Instrument {
 public:
  struct Parameters {
    MarkedText endpoint;
  };
  RemoteWorld(const Parameters& parameters, BenchContext& context)
      : endpoint_(parameters.endpoint.text), seed_(context.seed()), timeline_(context.timeline()) {}
  void declare(Declarations&) override {}
  // A loop that runs at another rate than the boxes would judge every delay wrongly.
  void connect() override {
    const auto answer = nlohmann::json::parse(ask("time\n"), nullptr, false);
    if (!answer.is_object() || !answer.value("ok", false) || !answer.contains("time_scale")) {
      throw RigError("this is not the control line of a simulated bench", endpoint_,
                     "`gtxrig sim` writes a bench file with the real endpoints");
    }
    const double far = answer["time_scale"].get<double>();
    if (std::abs(far - timeline_->scale()) > 1e-9 * far) {
      const std::string scale = fmt::format("{}", far);
      throw RigError("the simulated boxes run with time scale " + scale + ", this bench with " +
                         fmt::format("{}", timeline_->scale()),
                     endpoint_,
                     "leave --time-scale away (the bench file of `gtxrig sim` carries `time_scale: " + scale +
                         "`), or start `gtxrig sim` with another one");
    }
  }
  bool preset(const StartState& start) override {
    nlohmann::json request{{"command", "preset"}, {"seed", seed_}};
    write_start_state(start, request["start"]);
    const auto answer = nlohmann::json::parse(ask(request.dump() + "\n"), nullptr, false);
    if (!answer.is_object() || !answer.value("ok", false)) {
      throw RigError("the far end refused the start state: " +
                         (answer.is_object() ? answer.value("error", "no reason given") : "no JSON came back"),
                     endpoint_, "is this the control endpoint of `gtxrig sim`?");
    }
    return true;
  }
  void sample(const Tick&, SignalTable&) noexcept override {}
  void apply(const Tick&, const CommandRow&) noexcept override {}
  void make_safe() noexcept override {}

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw RigError(what + ": " + std::strerror(errno), endpoint_, "start the far end with `gtxrig sim`");
  }
  [[nodiscard]] sockaddr_in address() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    const std::string scheme = "tcp://";
    const auto colon = endpoint_.rfind(':');
    const std::string host = endpoint_.starts_with(scheme) && colon > scheme.size()
                                 ? endpoint_.substr(scheme.size(), colon - scheme.size())
                                 : "";
    const int port = host.empty() ? 0 : std::atoi(endpoint_.c_str() + colon + 1);
    if (port <= 0 || port > 65535 ||
        ::inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host.c_str(), &address.sin_addr) != 1) {
      throw RigError("this is no endpoint of a running `gtxrig sim`", endpoint_,
                     "`gtxrig sim` writes a bench file with the real ones, tcp://127.0.0.1:PORT");
    }
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  [[nodiscard]] std::string ask(const std::string& request) const {
    struct Socket {
      int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      Socket() = default;
      Socket(const Socket&) = delete;
      Socket& operator=(const Socket&) = delete;
      ~Socket() { ::close(fd); }
    } const line;
    const sockaddr_in far = address();
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(line.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(line.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(line.fd, reinterpret_cast<const sockaddr*>(&far), sizeof far) != 0) {
      fail("nobody there");
    }
    if (::send(line.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      fail("cannot send a request");
    }
    std::string answer;
    std::array<char, 1024> bytes{};
    while (answer.find('\n') == std::string::npos) {
      const auto count = ::recv(line.fd, bytes.data(), bytes.size(), 0);
      if (count <= 0) {
        fail("no answer");
      }
      answer.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return answer;
  }

  std::string endpoint_;
  std::uint64_t seed_;
  std::shared_ptr<Timeline> timeline_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::RemoteWorld::Parameters> {
  static void declare(Mapping<RemoteWorld::Parameters>& m) {
    m.required("endpoint", &RemoteWorld::Parameters::endpoint,
               "control endpoint of `gtxrig sim`, tcp://127.0.0.1:PORT");
  }
};

namespace rig {
RIG_DRIVER(RemoteWorld, "sim.remote_world", "puts the start state of a case at the far end of simulated cables")
}
