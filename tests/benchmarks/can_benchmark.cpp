// What decoding the frames of a pack costs: all signals of a frame for people, and the signals of a tick for the loop.
// tests/benchmarks/can_against_cantools.py puts cantools beside it in the same run.
#include <benchmark/benchmark.h>

#include <array>

#include "rig/core/files.hpp"
#include "rig/dut/dut_port.hpp"
#include "rig/dut/frame_decoder.hpp"

namespace {
using rig::CanFrame;

// One set of a SOFAR pack. The same bytes are in can_against_cantools.py.
constexpr std::array<CanFrame, 8> pack_set{{
    {.id = 0x351, .length = 8, .data = {0x31, 0x02, 0xF4, 0x01, 0xEE, 0x02, 0xC8, 0x01}},
    {.id = 0x355, .length = 8, .data = {0x31, 0x00, 0x64, 0x00, 0x24, 0x13, 0xF6, 0x00}},
    {.id = 0x356, .length = 8, .data = {0xA0, 0x14, 0x10, 0x00, 0xD0, 0x00, 0x01, 0x00}},
    {.id = 0x359, .length = 8, .data = {0x00, 0x00, 0x00, 0x00, 0x01, 0x10, 0x27, 0x10}},
    {.id = 0x35A, .length = 8, .data = {0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA}},
    {.id = 0x35E, .length = 8, .data = {'A', 'M', 'A', 'S', 'S', 0, 0, 0}},
    {.id = 0x35F, .length = 8, .data = {0x00, 0x00, 0x00, 0x01, 0x64, 0x00, 0x00, 0x00}},
    {.id = 0x30F, .length = 8, .data = {0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}},
}};

rig::Dbc pack_dbc() {
  rig::register_builtin_files();
  return rig::read_dbc("builtin:cases/gtx5000.dbc");
}

// `context` without a dialect gives every signal of the DBC.
void decode_all(benchmark::State& state, const rig::DecodeContext& context) {
  const rig::Dbc dbc = pack_dbc();
  const rig::FrameDecoder decoder(dbc, context);
  rig::DecodedFrame decoded;
  for (auto _ : state) {
    for (const CanFrame& frame : pack_set) {
      decoder.decode(frame.id, frame.extended, {frame.data.data(), frame.length}, decoded);
      benchmark::DoNotOptimize(decoded.signals.data());
      benchmark::ClobberMemory();
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pack_set.size()));
}

// The numbers of every signal, which is what cantools gives.
void can_decode_every_signal(benchmark::State& state) {
  const rig::Dbc dbc = pack_dbc();
  const rig::FrameDecoder decoder(dbc, {});
  std::array<double, 64> values{};
  std::size_t signals = 0;
  for (auto _ : state) {
    signals = 0;
    for (const CanFrame& frame : pack_set) {
      signals += decoder.decode_numbers(frame.id, frame.extended, {frame.data.data(), frame.length}, values);
      benchmark::DoNotOptimize(values.data());
      benchmark::ClobberMemory();
    }
  }
  if (signals < 78) {
    state.SkipWithError("not every signal was decoded");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pack_set.size()));
}
BENCHMARK(can_decode_every_signal);

// With names, units, short frames and plausibility.
void can_decode_for_people(benchmark::State& state) { decode_all(state, {}); }
BENCHMARK(can_decode_for_people);

void can_decode_by_dialect(benchmark::State& state) {
  rig::DecodeContext context;
  context.dialect = rig::Dialect::sofar_amass;
  context.charge_voltage_limit = 56.1;
  decode_all(state, context);
}
BENCHMARK(can_decode_by_dialect);

// Into the signal table, with dialect, periods and plausibility: what a tick of a run pays for a set of frames.
void can_decode_in_the_loop(benchmark::State& state) {
  rig::DutPort port(pack_dbc());
  rig::SignalTable table;
  port.declare(table);
  table.seal();
  rig::FrameBatch batch;
  rig::Tick tick;
  for (auto _ : state) {
    ++tick.index;
    tick.start += std::chrono::seconds(1);
    batch.clear();
    for (CanFrame frame : pack_set) {
      frame.time = tick.start;
      batch.push(frame);
    }
    port.decode(tick, batch, table);
    benchmark::DoNotOptimize(table);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pack_set.size()));
}
BENCHMARK(can_decode_in_the_loop);

}  // namespace
