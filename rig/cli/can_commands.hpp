#pragma once
#include "rig/cli/cli.hpp"
#include "rig/cli/options.hpp"

namespace rig::cli {

// The commands behind `gtxrig can`, one file each.
int can_decode_command(const Arguments& arguments, Console& console);
int can_dump_command(const Arguments& arguments, Console& console);
int can_encode_command(const Arguments& arguments, Console& console);
int can_send_command(const Arguments& arguments, Console& console);

// `gtxrig replay LOG`: a file that is neither a folder nor the database of a run, or "-".
bool is_can_log(const std::string& path);
int replay_can_log(const std::string& path, const po::variables_map& map, Console& console);

}  // namespace rig::cli
