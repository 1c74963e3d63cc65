#include "rig/engine/box_place.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

namespace rig {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string address_text(const addrinfo& info) {
  std::array<char, NI_MAXHOST> text{};
  const int failed = ::getnameinfo(info.ai_addr, info.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  std::string address = failed == 0 ? text.data() : "";
  const std::string mapped = "::ffff:";  // an IPv4 address in the clothes of IPv6
  if (address.starts_with(mapped) && address.find('.') != std::string::npos) {
    address.erase(0, mapped.size());
  }
  return address == "::1" ? "127.0.0.1" : address;  // localhost is both
}

// A name may have several addresses, and two lookups another order: the first of them as texts.
std::string address_of(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) {
    return lower(host);
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  std::string first;
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    const std::string address = address_text(*one);
    first = first.empty() || address < first ? address : first;
  }
  return first.empty() ? lower(host) : first;
}

std::string tcp_place(const std::string& rest) {
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string::npos) {
    return rest;
  }
  std::string host = rest.substr(0, colon);
  std::string port = rest.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  port.erase(0, std::min(port.find_first_not_of('0'), port.size()));
  return address_of(host) + " " + port;
}

}  // namespace

std::string box_place(const std::string& endpoint) {
  const std::size_t colon = endpoint.find("://");
  if (colon == std::string::npos) {
    return endpoint;
  }
  const std::string scheme = lower(endpoint.substr(0, colon));
  std::string rest = endpoint.substr(colon + 3);
  if (scheme == "tcp") {
    return "tcp " + tcp_place(rest.substr(0, rest.find('?')));
  }
  if (scheme == "serial") {
    rest = rest.substr(0, rest.find('?'));
    std::error_code error;
    const auto device = std::filesystem::canonical(rest, error);
    return "serial " + (error ? rest : device.string());
  }
  if (scheme == "usbtmc") {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    return "usbtmc " + lower(rest.substr(0, slash)) + rest.substr(slash);
  }
  return scheme + " " + rest;
}

}  // namespace rig
