#include "drivers/sim/firmware_defects.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace rig::sim {
namespace {
using F = FirmwareParameters;

std::array<VoltageRule*, 4> voltage_rules(F& p) { return {&p.pack_ov, &p.cell_ov, &p.pack_uv, &p.cell_uv}; }
std::array<CurrentRule*, 4> current_rules(F& p) {
  return {&p.charge_oc, &p.charge_oc2, &p.discharge_oc, &p.discharge_oc2};
}
std::array<TemperatureRule*, 4> temperature_rules(F& p) {
  return {&p.charge_ot, &p.charge_ut, &p.discharge_ot, &p.discharge_ut};
}
void no_alarms(F& p) {
  p.alarm_cell_ov.enabled = p.alarm_cell_uv.enabled = p.alarm_cell_difference.enabled = false;
  p.alarm_charge_oc.enabled = p.alarm_discharge_oc.enabled = false;
  p.alarm_charge_ot.enabled = p.alarm_charge_ut.enabled = false;
  p.alarm_discharge_ot.enabled = p.alarm_discharge_ut.enabled = false;
}

// A table: the mistake, and the few lines that make it.
constexpr Defect table[] = {
    // Protections
    {"lost_hysteresis", "A protection lets go right at its threshold, so that it chatters.",
     "GTX-PRO-01 GTX-OV-01 GTX-UV-01",
     [](F& p) {
       for (VoltageRule* r : voltage_rules(p)) {
         r->release = r->threshold;
         r->release_delay = {};
       }
       for (TemperatureRule* r : temperature_rules(p)) {
         r->release = r->threshold;
         r->release_delay = {};
       }
     }},
    {"release_without_hysteresis_uv", "Under-voltage lets go right at its threshold.", "GTX-PRO-01 GTX-UV-01",
     [](F& p) {
       for (VoltageRule* r : {&p.pack_uv, &p.cell_uv}) {
         r->release = r->threshold;
         r->release_delay = {};
       }
     }},
    {"leaky_debounce", "The delay of a protection leaks away in pauses instead of beginning anew.",
     "GTX-OV-01 GTX-UV-01 GTX-OC-01", [](F& p) { p.debounce = DebounceWord::leaky; }},
    {"late_task", "The task runs at a quarter of its rate, so that every delay is four times as long.",
     "GTX-OV-01 GTX-UV-01 GTX-OC-01 GTX-OT-01", [](F& p) { p.task.every = 4; }},
    {"wandering_threshold", "The over-voltage threshold moves at random between trips, inside its tolerance.",
     "GTX-OV-01", [](F& p) { p.pack_ov.wander = Volts{0.15}; }},
    {"flag_without_fet", "A protection raises its flag and opens nothing.", "GTX-OV-01 GTX-UV-01",
     [](F& p) {
       for (VoltageRule* r : voltage_rules(p)) {
         r->fet = false;
       }
       for (CurrentRule* r : current_rules(p)) {
         r->fet = false;
       }
       for (TemperatureRule* r : temperature_rules(p)) {
         r->fet = false;
       }
     }},
    {"fet_without_flag", "A protection opens its FET and tells nobody.", "GTX-OV-01 GTX-UV-01",
     [](F& p) {
       for (VoltageRule* r : voltage_rules(p)) {
         r->flag = false;
       }
       for (CurrentRule* r : current_rules(p)) {
         r->flag = false;
       }
       for (TemperatureRule* r : temperature_rules(p)) {
         r->flag = false;
       }
     }},
    {"charge_fet_stuck", "The charge FET never opens.", "GTX-OV-01 GTX-OT-01", [](F& p) { p.fet.charge_stuck = true; }},
    {"discharge_fet_stuck", "The discharge FET never opens.", "GTX-UV-01 GTX-OT-03",
     [](F& p) { p.fet.discharge_stuck = true; }},
    {"slow_fet", "A FET opens five seconds after the decision.", "GTX-OV-01 GTX-UV-01",
     [](F& p) { p.fet.open_delay = std::chrono::seconds(5); }},
    {"no_over_voltage", "Neither pack nor cell over-voltage is looked at.", "GTX-OV-01 GTX-OV-04",
     [](F& p) { p.pack_ov.enabled = p.cell_ov.enabled = false; }},
    {"no_under_voltage", "Neither pack nor cell under-voltage is looked at.", "GTX-UV-01 GTX-UV-03",
     [](F& p) { p.pack_uv.enabled = p.cell_uv.enabled = false; }},
    {"ov_blocks_discharging", "Over-voltage opens both FETs.", "GTX-OV-02",
     [](F& p) { p.over_voltage_blocks_both = true; }},
    {"uv_blocks_charging", "Under-voltage opens both FETs: the pack can never be charged again.", "GTX-UV-02",
     [](F& p) { p.under_voltage_blocks_both = true; }},
    {"no_charge_temperature_limits", "Charging is permitted at every temperature.", "GTX-OT-01 GTX-OT-02",
     [](F& p) { p.charge_ot.enabled = p.charge_ut.enabled = false; }},
    {"no_discharge_temperature_limits", "Discharging is permitted at every temperature.", "GTX-OT-03 GTX-OT-04",
     [](F& p) { p.discharge_ot.enabled = p.discharge_ut.enabled = false; }},
    {"swapped_temperature_limits", "The limits for charging are used for discharging and the other way round.",
     "GTX-OT-01 GTX-OT-02 GTX-OT-03 GTX-OT-04",
     [](F& p) {
       std::swap(p.charge_ot, p.discharge_ot);
       std::swap(p.charge_ut, p.discharge_ut);
     }},
    {"over_temperature_latches", "Over-temperature never lets go.", "GTX-OT-01 GTX-OT-03",
     [](F& p) { p.charge_ot.latches = p.discharge_ot.latches = true; }},
    {"no_overcurrent", "Current is not looked at.", "GTX-OC-01 GTX-OC-02 GTX-OC-05 GTX-OC-06",
     [](F& p) {
       for (CurrentRule* r : current_rules(p)) {
         r->enabled = false;
       }
     }},
    {"over_current_one_direction_only", "Only discharge current is looked at.", "GTX-OC-02 GTX-OC-06",
     [](F& p) { p.charge_oc.enabled = p.charge_oc2.enabled = false; }},
    {"second_stage_missing", "The fast stage of over-current is missing.", "GTX-OC-05 GTX-OC-06",
     [](F& p) { p.charge_oc2.enabled = p.discharge_oc2.enabled = false; }},
    {"over_current_never_retries", "The first over-current locks.", "GTX-OC-01 GTX-OC-02",
     [](F& p) {
       for (CurrentRule* r : current_rules(p)) {
         r->lock_after = 1;
       }
     }},
    {"over_current_never_locks", "Over-current is tried again for ever.", "GTX-OC-01 GTX-OC-02",
     [](F& p) {
       for (CurrentRule* r : current_rules(p)) {
         r->lock_after = 1000;
       }
     }},
    {"over_current_retries_at_once", "The pause after an over-current is missing.", "GTX-OC-01 GTX-OC-02",
     [](F& p) {
       for (CurrentRule* r : current_rules(p)) {
         r->release_time = std::chrono::seconds(1);
       }
     }},
    {"fault_forgotten", "A fault is forgotten when the pack goes off.", "GTX-OV-05 GTX-UV-05 GTX-OT-07",
     [](F& p) { p.faults_forgotten = true; }},
    {"fault_lets_go", "A fault lets go when the cells are back.", "GTX-OV-05 GTX-UV-05 GTX-OT-07",
     [](F& p) { p.fault_ov.latches = p.fault_uv.latches = p.fault_ot.latches = false; }},
    {"fault_blocks_charging_only", "A fault leaves discharging as it was.", "GTX-OV-05 GTX-OT-07",
     [](F& p) { p.faults_block_charge_only = true; }},
    {"no_faults", "There is no second line behind the protections.", "GTX-OV-05 GTX-UV-05 GTX-OT-07",
     [](F& p) { p.fault_ov.enabled = p.fault_uv.enabled = p.fault_ot.enabled = false; }},
    // Measuring
    {"mean_instead_of_highest_cell", "Over-voltage of a cell is judged by the mean of the cells.", "GTX-OV-04",
     [](F& p) { p.afe.mean_for_highest = true; }},
    {"cell_missing_in_sum", "The battery voltage is the sum of fifteen cells.", "GTX-SEN-01 GTX-OV-01",
     [](F& p) { p.afe.cell_missing = true; }},
    {"voltage_offset", "Each cell is read 20 mV too high.", "GTX-SEN-01 GTX-OV-01",
     [](F& p) { p.afe.cell_offset = Volts{0.02}; }},
    {"cell_reading_stuck", "The reading of one cell stands still.", "GTX-SEN-01 GTX-OV-04",
     [](F& p) { p.afe.cell_stuck = true; }},
    {"service_cells_high", "The service port tells each cell 20 mV higher than the pack decides by.", "GTX-SEN-05",
     [](F& p) { p.afe.cells_told_high = true; }},
    {"current_offset", "The current is read 1.5 A too high.", "GTX-SEN-02",
     [](F& p) { p.afe.current_offset = Amps{1.5}; }},
    {"temperature_sensor_stuck", "The temperature readings stand still.", "GTX-SEN-04 GTX-OT-01",
     [](F& p) { p.afe.sensors_stuck = true; }},
    {"temperature_offset", "Temperatures are read 6 K too high.", "GTX-SEN-04 GTX-OT-01",
     [](F& p) { p.afe.temperature_offset = Kelvin{6.0}; }},
    {"temperature_unsigned", "Negative temperatures are taken for very high ones.", "GTX-OT-02 GTX-OT-04",
     [](F& p) { p.afe.temperature_unsigned = true; }},
    {"mean_instead_of_hottest_cell", "Temperature rules look at the mean of the NTCs.", "GTX-OT-01 GTX-OT-03",
     [](F& p) { p.afe.mean_temperature_only = true; }},
    {"slow_scan", "Voltages and current are measured every 5 s only.", "GTX-OV-01 GTX-UV-01",
     [](F& p) { p.afe.scan_period = std::chrono::seconds(5); }},
    // Limits
    {"limit_not_zero", "The limit of a blocked direction stays what the tables say.", "GTX-LIM-03 GTX-LIM-05",
     [](F& p) { p.limits.zero_when_blocked = false; }},
    {"power_limit_ignored", "The discharge limit forgets the 3.5 kW.", "GTX-LIM-04",
     [](F& p) { p.limits.discharge_power = Watts{50000}; }},
    {"limit_rounded_up", "The discharge limit is rounded up to the next 5 A.", "GTX-LIM-01 GTX-LIM-04",
     [](F& p) { p.can.discharge_limit_in_fives = true; }},
    {"no_derating_by_temperature", "The limits do not depend on temperature.", "GTX-LIM-01",
     [](F& p) { p.derating.by_temperature_enabled = false; }},
    {"no_derating_by_cell_voltage", "The limits do not depend on the cells.", "GTX-LIM-01",
     [](F& p) { p.derating.by_cell_enabled = false; }},
    {"limits_jump", "The limits change without a bound on their slope.", "GTX-LIM-01",
     [](F& p) { p.derating.slope = AmpsPerSecond{1e6}; }},
    {"charge_voltage_limit_high", "57.6 V are ordered from the inverter.", "GTX-OV-06",
     [](F& p) { p.limits.charge_voltage = Volts{57.6}; }},
    {"cut_off_voltage_low", "44.0 V are sent as the discharge cut-off.", "GTX-UV-07",
     [](F& p) { p.limits.discharge_voltage = Volts{44.0}; }},
    // Alarms
    {"alarm_missing", "No alarm is ever raised.",
     "GTX-OV-03 GTX-UV-08 GTX-OC-04 GTX-OC-07 GTX-OT-05 GTX-OT-09 GTX-OT-10 GTX-OT-11", [](F& p) { no_alarms(p); }},
    {"alarm_after_protection", "Alarms wait for the protection that they are to announce.", "GTX-OV-03 GTX-OT-05",
     [](F& p) { p.alarms_after_protections = true; }},
    {"alarm_stops_the_pack", "An alarm opens the FETs.", "GTX-OV-03 GTX-OC-07", [](F& p) { p.alarms_block = true; }},
    // Contacts
    {"inverted_charge_contact", "NO1 is closed while charging is permitted.", "GTX-DRY-01",
     [](F& p) { p.contacts.charge_inverted = true; }},
    {"inverted_discharge_contact", "NO2 is closed while discharging is permitted.", "GTX-DRY-02",
     [](F& p) { p.contacts.discharge_inverted = true; }},
    {"dead_contact", "Neither dry contact moves.", "GTX-DRY-01 GTX-DRY-02",
     [](F& p) { p.contacts.charge_works = p.contacts.discharge_works = false; }},
    {"slow_contact", "The dry contacts move 20 s after the decision.", "GTX-DRY-01 GTX-DRY-02",
     [](F& p) { p.contacts.delay = std::chrono::seconds(20); }},
    // CAN
    {"stuck_over_voltage_flag", "The over-voltage flag stays once it was raised.", "GTX-OV-01",
     [](F& p) { p.can.stuck_over_voltage = true; }},
    {"stuck_discharge_alarm_bit", "The alarm bit of discharge current is always raised.", "GTX-OC-07",
     [](F& p) { p.can.stuck_discharge_alarm = true; }},
    {"swapped_temperature_flags", "Too hot is told as too cold.", "GTX-OT-01 GTX-OT-02",
     [](F& p) { p.can.swapped_temperature_flags = true; }},
    {"swapped_bytes_limits", "The limits are sent with high and low byte swapped.", "GTX-OC-03 GTX-OV-06",
     [](F& p) { p.can.swapped_limits = true; }},
    {"swapped_bytes_measurements", "The measurements are sent with high and low byte swapped.", "GTX-SEN-01 GTX-SEN-02",
     [](F& p) { p.can.swapped_measurements = true; }},
    {"wrong_voltage_scale", "The voltage is sent in steps of 0.1 V instead of 0.01 V.", "GTX-SEN-01",
     [](F& p) { p.can.voltage_scale = Ratio{0.1}; }},
    {"wrong_current_scale", "The current is sent in steps of 0.01 A instead of 0.1 A.", "GTX-SEN-02",
     [](F& p) { p.can.current_scale = Ratio{10.0}; }},
    {"current_sign_reversed", "Charging is sent as discharging.", "GTX-SEN-02",
     [](F& p) { p.can.current_scale = Ratio{-1.0}; }},
    {"enable_bits_stuck", "The enable bits always permit both directions.", "GTX-OV-01 GTX-UV-01",
     [](F& p) { p.can.permissions_follow = false; }},
    {"frozen_measurements", "The first measurements are repeated for ever.", "GTX-SEN-01 GTX-SEN-02",
     [](F& p) { p.can.frozen_measurements = true; }},
    {"frozen_limits", "The first limits are repeated for ever.", "GTX-LIM-03 GTX-LIM-05",
     [](F& p) { p.can.frozen_limits = true; }},
    {"frozen_soc", "The first SOC is repeated for ever.", "GTX-SEN-03", [](F& p) { p.can.frozen_soc = true; }},
    {"silent_can", "Nothing is sent.", "GTX-LIM-02", [](F& p) { p.can.enabled = false; }},
    {"slow_can", "Frames come every 3 s.", "GTX-LIM-02", [](F& p) { p.can.period = std::chrono::seconds(3); }},
    {"stops_without_inverter", "Opens when no inverter has spoken on CAN for 20 s.", "GTX-LIM-06",
     [](F& p) { p.can.pcs_timeout = std::chrono::seconds(20); }},
    // SOC
    {"soc_counts_one_way", "Only charging is counted.", "GTX-SEN-03", [](F& p) { p.soc.one_way = true; }},
    {"soc_capacity_wrong", "SOC is counted on half of the capacity.", "GTX-SEN-03",
     [](F& p) { p.soc.capacity_scale = Ratio{0.5}; }},
    {"soc_no_full_correction", "A full charge does not put SOC to 100 %.", "GTX-SOC-02",
     [](F& p) { p.soc.full_correction = false; }},
    {"soc_no_empty_correction", "An under-voltage trip does not put SOC to 0 %.", "GTX-SOC-03",
     [](F& p) { p.soc.empty_correction = false; }},
    {"soc_wraps", "At 100 % SOC begins again at 0.", "GTX-SEN-03 GTX-SOC-02", [](F& p) { p.soc.wraps = true; }},
    {"force_charge_missing", "An empty pack does not ask to be charged.", "GTX-SOC-05",
     [](F& p) { p.force_charge.enabled = false; }},
    {"force_charge_stuck", "The request to be charged is never taken back.", "GTX-SOC-05",
     [](F& p) { p.force_charge.stuck = true; }},
    {"full_charge_never_requested", "A month without a full charge is not noticed.", "GTX-SOC-06",
     [](F& p) { p.full_charge.enabled = false; }},
    {"month_timer_resets", "Any charge starts the month anew.", "GTX-SOC-06",
     [](F& p) { p.full_charge.timer_resets = true; }},
    // Balancing
    {"balancing_dead", "No cell is ever bled.", "GTX-BAL-01", [](F& p) { p.balancing.enabled = false; }},
    {"balancing_wrong_cell", "The neighbour of the cell that stands out is bled.", "GTX-BAL-01",
     [](F& p) { p.balancing.wrong_cell = true; }},
    {"balancing_never_stops", "A cell is bled until it is the lowest.", "GTX-BAL-01",
     [](F& p) { p.balancing.start = p.balancing.stop = Volts{0.0}; }},
    // Front
    {"led_red_missing", "A protection does not light the red light.", "GTX-LED-06",
     [](F& p) { p.lights.no_red = true; }},
    {"led_does_not_flash", "Lights that have to flash are steady.", "GTX-LED-01 GTX-LED-02 GTX-LED-04",
     [](F& p) { p.lights.steady_only = true; }},
    {"led_colour_wrong", "L7 is red where it has to be blue.", "GTX-LED-01 GTX-LED-02 GTX-LED-04",
     [](F& p) { p.lights.red_for_blue = true; }},
    {"led_coding_blue", "While the pack codes, L7 is blue instead of purple.", "GTX-LED-08",
     [](F& p) { p.lights.blue_coding = true; }},
    {"led_sweep_reversed", "The lights sweep the wrong way when the pack starts and stops.", "GTX-ST-01 GTX-ST-02",
     [](F& p) { p.lights.sweep_reversed = true; }},
    {"led_lit_when_empty", "The lights stay on after an under-voltage.", "GTX-LED-07",
     [](F& p) { p.lights.lit_when_empty = true; }},
    {"led_never_full", "The top light flashes on when the pack is full.", "GTX-LED-03",
     [](F& p) { p.lights.never_full = true; }},
    {"led_level_wrong", "The level lights show the next step 10 % too early.", "GTX-LED-05",
     [](F& p) {
       p.lights.level1 = 7;
       p.lights.level2 = 23;
       p.lights.level3 = 40;
       p.lights.level4 = 56;
       p.lights.level5 = 73;
     }},
    {"button_acts_on_a_touch", "A touch of half a second switches the pack.", "GTX-BTN-03",
     [](F& p) { p.start.press = std::chrono::milliseconds(500); }},
    {"button_ignored", "The start button does nothing.", "GTX-BTN-01 GTX-BTN-02",
     [](F& p) { p.start.button_dead = true; }},
    {"no_precharge", "The FETs close without pre-charge.", "GTX-ST-04", [](F& p) { p.start.no_precharge = true; }},
    {"sleeps_too_early", "A pack goes to sleep after an hour in which nobody needed it.", "GTX-ST-05",
     [](F& p) { p.start.sleep_after = std::chrono::hours(1); }},
    {"never_sleeps", "A pack that nobody needs empties itself.", "GTX-ST-05",
     [](F& p) { p.start.sleep_after = std::chrono::hours(2000); }},
    // In parallel
    {"link_any_order", "A cable that leads nowhere is taken for the end of the chain.", "GTX-PAR-02 GTX-PAR-03",
     [](F& p) { p.link.any_order = true; }},
    {"link_fifth_accepted", "A fifth pack is coded too.", "GTX-PAR-02", [](F& p) { p.link.most_packs = 8; }},
    {"master_stops_first", "The master goes off without waiting for its slaves.", "GTX-PAR-08",
     [](F& p) { p.link.stops_first = true; }},
    {"lost_pack_still_counts", "The limits of a pack that is lost stay in the sum.", "GTX-PAR-07",
     [](F& p) { p.link.keeps_lost = true; }},
    {"slaves_talk_on_can", "Each pack speaks on CAN.", "GTX-PAR-04", [](F& p) { p.link.all_talk = true; }},
    {"does_not_wake", "A voltage at the terminals does not turn the pack on.", "GTX-ST-03",
     [](F& p) { p.start.wake_voltage = Volts{100.0}; }},
};

const std::vector<std::string>& names() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> result;
    for (const Defect& defect : table) {
      result.emplace_back(defect.name);
    }
    return result;
  }();
  return words;
}

}  // namespace

std::span<const Defect> defects() noexcept { return table; }

}  // namespace rig::sim

namespace rig {

bool Codec<sim::DefectName>::read(const Node& n, sim::DefectName& out, Diagnostics& d) {
  return detail::read_choice(n, sim::names(), out.index, d);
}
Schema Codec<sim::DefectName>::schema() { return Schema::one_of(sim::names()); }
void Codec<sim::DefectName>::list(const std::string& path, const sim::DefectName& v, std::vector<ListedValue>& out,
                                  const FieldOptions& o) {
  out.push_back({path, std::string(sim::defects()[v.index].name), "", o.help, o.origin});
}

}  // namespace rig
