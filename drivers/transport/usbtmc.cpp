#include "drivers/transport/links.hpp"

namespace rig {

std::unique_ptr<Transport> make_usbtmc(const Endpoint& endpoint) {
  throw LinkError(LinkTrouble::unreachable, "this build has no USBTMC", endpoint.text,
                  "use the LAN interface of the box");
}

}  // namespace rig
