#include "drivers/can/gs_usb_channel.hpp"

namespace rig::gs_usb {

Channel::Channel(Adapter& adapter, const Settings& settings) : adapter_(adapter), settings_(settings) {
  identify();
  check_settings();
  // A program that was killed left it running, perhaps with full memory.
  stop();
  adapter_.clean();
  set_timing();
  set_termination();
  const auto wanted = [](bool is_wanted, std::uint32_t bits) { return is_wanted ? bits : 0; };
  modes_ = wanted(is_stamped(), feature::hardware_timestamp) | wanted(settings_.listen_only, feature::listen_only) |
           wanted(settings_.loop_back, feature::loop_back) | wanted(settings_.data_bitrate.has_value(), feature::fd);
}

void Channel::start() { adapter_.tell(Request::mode, encode(Mode::start, modes_), settings_.channel); }
void Channel::stop() { adapter_.tell(Request::mode, encode(Mode::reset, 0), settings_.channel); }

std::optional<std::uint32_t> Channel::stamp() {
  return decode_number(adapter_.ask(Request::timestamp, number_size, settings_.channel));
}

void Channel::identify() {
  std::optional<DeviceConfig> config;
  std::optional<Constants> constants;
  try {
    adapter_.tell(Request::host_format, encode_host_format(), 1);
    config = decode_device_config(adapter_.ask(Request::device_config, device_config_size, 1));
    if (config && settings_.channel >= config->channels) {
      throw LinkError(LinkTrouble::mismatch,
                      "expected channel " + std::to_string(settings_.channel) + ", found an adapter with " +
                          std::to_string(config->channels) + " channels",
                      adapter_.endpoint(), "channels are counted from 0");
    }
    constants = decode_constants(adapter_.ask(Request::constants, constants_size, settings_.channel));
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::rejected) {
      throw;
    }
  }
  if (!config || !constants || constants->clock_hz == 0) {
    throw LinkError(LinkTrouble::mismatch, "the device answers, but not as a gs_usb adapter does", adapter_.endpoint(),
                    "has it another firmware? candleLight and its kin speak gs_usb");
  }
  config_ = *config;
  constants_ = *constants;
  if (constants_.can(feature::constants_extended)) {
    const auto longer =
        decode_constants(adapter_.ask(Request::constants_extended, constants_extended_size, settings_.channel));
    constants_.data = longer ? longer->data : std::nullopt;
  }
}

void Channel::check_settings() const {
  const auto need = [&](bool wanted, bool can, const char* key) {
    if (wanted && !can) {
      throw LinkError(LinkTrouble::rejected, std::string("the adapter cannot do what `") + key + "` asks for",
                      adapter_.endpoint(), "take the key out of the bench file, or use an adapter that can");
    }
  };
  need(settings_.listen_only, constants_.can(feature::listen_only), "listen_only");
  need(settings_.loop_back, constants_.can(feature::loop_back), "loop_back");
  need(settings_.termination.has_value(), constants_.can(feature::termination), "termination");
  need(settings_.data_bitrate.has_value(), constants_.can(feature::fd) && constants_.data, "data_bitrate");
}

// A setting out of range is acknowledged and ignored by some firmware: it is computed from the adapter's own limits.
void Channel::set_timing() {
  try {
    const std::uint32_t point = settings_.sample_point.value_or(can::usual_sample_point(settings_.bitrate));
    adapter_.tell(Request::bit_timing,
                  encode(can::bit_timing(settings_.bitrate, constants_.clock_hz, constants_.nominal, point)),
                  settings_.channel);
    if (settings_.data_bitrate) {
      adapter_.tell(Request::data_bit_timing,
                    encode(can::bit_timing(*settings_.data_bitrate, constants_.clock_hz, *constants_.data)),
                    settings_.channel);
    }
  } catch (const LinkError&) {
    throw;
  } catch (const RigError& error) {
    throw LinkError(LinkTrouble::rejected, error.what(), adapter_.endpoint());
  }
}

void Channel::set_termination() {
  if (!settings_.termination) {
    return;
  }
  adapter_.tell(Request::set_termination, encode_number(*settings_.termination ? 1 : 0), settings_.channel);
  const auto set = decode_number(adapter_.ask(Request::get_termination, number_size, settings_.channel));
  if (!set || (*set != 0) != *settings_.termination || *set > 1) {
    throw LinkError(LinkTrouble::rejected, "the adapter did not switch its termination", adapter_.endpoint(),
                    "does this channel have one?");
  }
}

}  // namespace rig::gs_usb
