#pragma once
#include <memory>

#include "drivers/transport/endpoint.hpp"

// The kinds of links, one file each; make_transport() chooses. Their libraries stay in their .cpp files.
namespace rig {

std::unique_ptr<Transport> make_tcp(const Endpoint& endpoint);
std::unique_ptr<Transport> make_serial(const Endpoint& endpoint);
std::unique_ptr<Transport> make_usbtmc(const Endpoint& endpoint);
std::unique_ptr<Transport> make_replay(const Endpoint& endpoint);

}  // namespace rig
