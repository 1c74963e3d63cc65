// <utility> has to come first: Asio of Boost 1.74 uses std::exchange without including it.
#include <utility>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <thread>

#include "drivers/transport/links.hpp"
#include "drivers/transport/wait.hpp"

namespace rig {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Addresses = std::vector<tcp::endpoint>;

struct Resolved {
  boost::system::error_code error;
  Addresses addresses;
};

Resolved resolve(const std::string& host, std::uint16_t port) {
  Resolved out;
  asio::io_context io;
  tcp::resolver resolver(io);
  for (const auto& entry : resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, out.error)) {
    out.addresses.push_back(entry.endpoint());
  }
  return out;
}

LinkTrouble trouble_of(const boost::system::error_code& error) {
  namespace e = asio::error;
  if (error == e::connection_refused || error == e::access_denied || error == e::no_permission) {
    return LinkTrouble::refused;
  }
  return error == e::timed_out ? LinkTrouble::timeout : LinkTrouble::unreachable;
}

std::string hint_of(const boost::system::error_code& error) {
  if (error == asio::error::connection_refused) {
    return "the host is there but nobody listens on this port: is the port right, is the box's network interface "
           "enabled, "
           "is another program connected? Some boxes take one client and free its place only after a minute";
  }
  return "is the cable in, is this machine in the same network, is the address the box's own (see its front panel)?";
}

class TcpLink final : public Transport {
 public:
  explicit TcpLink(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  TcpLink(const TcpLink&) = delete;
  TcpLink& operator=(const TcpLink&) = delete;
  ~TcpLink() override { TcpLink::close(); }

  void open(WallTime deadline) override {
    close();
    const Addresses addresses = find_addresses(deadline);
    boost::system::error_code error = asio::error::host_not_found;
    for (const tcp::endpoint& address : addresses) {
      error = connect(address, deadline);
      if (!error) {
        prepare();
        return;
      }
    }
    throw LinkError(trouble_of(error), "cannot connect: " + error.message(), endpoint_.text, hint_of(error));
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    if (socket_.is_open()) {
      socket_.shutdown(tcp::socket::shutdown_both,
                       ignored);  // a clean FIN: boxes with one client free its place at once
      socket_.close(ignored);
    }
  }

  [[nodiscard]] bool is_open() const noexcept override { return socket_.is_open(); }

  void write(std::span<const std::byte> bytes, WallTime deadline) override {
    need_open();
    while (!bytes.empty()) {
      boost::system::error_code error;
      const std::size_t sent = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
      bytes = bytes.subspan(sent);
      if (error == asio::error::would_block) {
        const Waited waited = wait_on(socket_.native_handle(), POLLOUT, deadline, [this] { return cut(); });
        if (waited != Waited::ready) {
          throw_waited(waited, "sending", endpoint_.text);
        }
      } else if (error) {
        throw_closed(error.message());
      }
    }
  }

  std::size_t read(std::span<std::byte> into, WallTime deadline) override {
    need_open();
    while (true) {
      const Waited waited = wait_on(socket_.native_handle(), POLLIN, deadline, [this] { return cut(); });
      if (waited != Waited::ready) {
        throw_waited(waited, "waiting for an answer", endpoint_.text);
      }
      boost::system::error_code error;
      const std::size_t count = socket_.read_some(asio::buffer(into.data(), into.size()), error);
      if (!error) {
        return count;
      }
      if (error != asio::error::would_block) {
        throw_closed(error == asio::error::eof ? "the other side closed the connection" : error.message());
      }
    }
  }

  std::size_t take_waiting(std::span<std::byte> into) override {
    need_open();
    boost::system::error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(into.data(), into.size()), error);
    if (error && error != asio::error::would_block) {
      throw_closed(error == asio::error::eof ? "the other side closed the connection" : error.message());
    }
    return count;
  }

  // A byte stream has no mark between the answer that never came and the next one: only a new stream is clean.
  void clear(WallTime deadline) override {
    hang_up(std::min(deadline, WallTime::clock::now() + notice_time));
    open(deadline);
  }

  [[nodiscard]] std::string endpoint() const override { return endpoint_.text; }

  [[nodiscard]] bool is_local() const noexcept override {
    boost::system::error_code error;
    if (socket_.is_open()) {
      const tcp::endpoint peer = socket_.remote_endpoint(error);
      return !error && peer.address().is_loopback();
    }
    const asio::ip::address address = asio::ip::make_address(endpoint_.host, error);
    return endpoint_.host == "localhost" || (!error && address.is_loopback());
  }

 private:
  // A box that takes one client resets the next one until it has noticed that the first has gone. On this machine and
  // on a bench's network it notices within a few milliseconds, a frozen one never.
  static constexpr std::chrono::milliseconds notice_time{50};

  // Says goodbye and waits until the box does so too.
  void hang_up(WallTime until) noexcept {
    boost::system::error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    std::array<std::byte, 4096> thrown_away{};
    while (!error) {
      if (!nap_on(socket_.native_handle(), POLLIN, until) && WallTime::clock::now() >= until) {
        return;
      }
      const std::size_t count = socket_.read_some(asio::buffer(thrown_away), error);
      if (error == asio::error::would_block) {
        error = {};
      }
      if (count > 0 && WallTime::clock::now() >= until) {
        return;
      }
    }
  }

  // getaddrinfo() cannot be told to stop: a name is looked up on a thread of its own, which is left behind when it
  // takes too long. It holds copies only.
  Addresses find_addresses(WallTime deadline) {
    boost::system::error_code error;
    const asio::ip::address numeric = asio::ip::make_address(endpoint_.host, error);
    if (!error) {
      return {{numeric, endpoint_.port}};
    }
    std::packaged_task<Resolved()> task([host = endpoint_.host, port = endpoint_.port] { return resolve(host, port); });
    std::future<Resolved> future = task.get_future();
    std::thread(std::move(task)).detach();
    while (future.wait_for(longest_nap) != std::future_status::ready) {
      const WallTime now = WallTime::clock::now();
      if (now >= cut()) {
        throw_waited(Waited::cut, "looking up the name " + endpoint_.host, endpoint_.text);
      }
      if (now >= deadline) {
        throw_waited(Waited::deadline, "looking up the name " + endpoint_.host, endpoint_.text);
      }
    }
    Resolved resolved = future.get();
    if (resolved.error || resolved.addresses.empty()) {
      throw LinkError(LinkTrouble::unreachable,
                      "no host is called '" + endpoint_.host + "': " + resolved.error.message(), endpoint_.text,
                      "write the numeric address; boxes on a bench have static ones");
    }
    return std::move(resolved.addresses);
  }

  boost::system::error_code connect(const tcp::endpoint& address, WallTime deadline) {
    close();
    boost::system::error_code error;
    socket_.open(address.protocol(), error);
    if (error) {
      return error;
    }
    bool over = false;
    socket_.async_connect(address, [&](const boost::system::error_code& result) {
      error = result;
      over = true;
    });
    io_.restart();
    Waited waited = Waited::ready;
    while (!over && waited == Waited::ready) {
      const WallTime now = WallTime::clock::now();
      waited = now >= cut() ? Waited::cut : now >= deadline ? Waited::deadline : Waited::ready;
      io_.run_one_until(std::min({now + longest_nap, deadline, cut()}));
    }
    if (!over) {
      close();
      io_.restart();
      io_.run();  // the handler refers to this frame
      throw_waited(waited, "connecting", endpoint_.text);
    }
    if (error) {
      close();
    }
    return error;
  }

  // A box that was switched off says nothing: the kernel has to ask. 5 s idle, then three questions 2 s apart; what was
  // sent and not acknowledged within the same time counts as lost too.
  void prepare() {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    set_option(TCP_KEEPIDLE, 5);
    set_option(TCP_KEEPINTVL, 2);
    set_option(TCP_KEEPCNT, 3);
    set_option(TCP_USER_TIMEOUT, 11000);
  }

  void set_option(int name, int value) {
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
  }

  void need_open() const {
    if (!socket_.is_open()) {
      throw LinkError(LinkTrouble::closed, "the link is not open", endpoint_.text);
    }
  }

  [[noreturn]] void throw_closed(const std::string& what) {
    close();
    throw LinkError(LinkTrouble::closed, what, endpoint_.text, "was the box switched off, or its cable pulled?");
  }

  Endpoint endpoint_;
  asio::io_context io_;
  tcp::socket socket_{io_};
};

}  // namespace

std::unique_ptr<Transport> make_tcp(const Endpoint& endpoint) { return std::make_unique<TcpLink>(endpoint); }

}  // namespace rig
