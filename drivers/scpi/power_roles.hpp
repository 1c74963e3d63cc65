#pragma once
#include <chrono>
#include <string>

#include "drivers/scpi/power_box.hpp"
#include "rig/instrument/wired.hpp"

namespace rig::scpi {

// What a supply or load that speaks SCPI has in the bench file.
struct PowerParameters : WireParameters {
  std::string model;
  Duration watchdog = std::chrono::seconds(5);
};

// For Fields<P> of a driver's P : PowerParameters.
template <class P>
void declare_power(Mapping<P>& m, std::span<const PowerModel> models) {
  declare_wire(m);
  m.required("model", static_cast<std::string P::*>(&PowerParameters::model), "as the plate and *IDN? say it");
  m.optional("watchdog", static_cast<Duration P::*>(&PowerParameters::watchdog),
             {.help = "when nobody speaks for so long the box switches off by itself, where it can; 0 s: not",
              .minimum = 0.0,
              .maximum = 3600.0});
  m.check([models](const Node& node, const P& p, Diagnostics& d) { check_model(node, models, p.model, d); });
}

inline WallTime::duration timeout_of(const WireParameters& p) { return WallTime::duration{p.timeout.count()}; }

// A supply by its table.
class Supply : public SupplyBox {
 public:
  Supply(const PowerTable& table, const PowerParameters& p, Transport& link)
      : box_(table, p.model, link, timeout_of(p)), watchdog_(std::chrono::ceil<std::chrono::seconds>(p.watchdog)) {}
  Identity connect() override { return box_.connect(); }
  void arm(const ArmLimits& limits) override { box_.arm(limits, watchdog_); }
  void check_armed() override { box_.check_armed(); }
  void make_safe() override { box_.make_safe(); }
  void shout_off() override { box_.shout_off(); }
  void release() override { box_.release(); }
  [[nodiscard]] SupplyRatings ratings() const override { return ratings_of(box_.model()); }
  SupplyReading read() override;
  void write(const PowerSupply::Setpoint& setpoint) override;

 protected:
  [[nodiscard]] PowerBox& box() noexcept { return box_; }

 private:
  PowerBox box_;
  std::chrono::seconds watchdog_;
};

// A load by its table.
class Load : public LoadBox {
 public:
  Load(const PowerTable& table, const PowerParameters& p, Transport& link)
      : box_(table, p.model, link, timeout_of(p)), watchdog_(std::chrono::ceil<std::chrono::seconds>(p.watchdog)) {}
  Identity connect() override {
    mode_.reset();
    return box_.connect();
  }
  void arm(const ArmLimits& limits) override { box_.arm(limits, watchdog_); }
  void check_armed() override { box_.check_armed(); }
  void make_safe() override {
    mode_.reset();
    box_.make_safe();
  }
  void shout_off() override { box_.shout_off(); }
  void release() override { box_.release(); }
  [[nodiscard]] SupplyRatings ratings() const override { return ratings_of(box_.model()); }
  LoadReading read() override;
  void write(const ElectronicLoad::Setpoint& setpoint) override;

 protected:
  [[nodiscard]] PowerBox& box() noexcept { return box_; }
  // Writes the levels, or mode and level, of this set-point.
  void put_levels(const ElectronicLoad::Setpoint& setpoint);

 private:
  [[nodiscard]] Regulation regulation() const noexcept;

  PowerBox box_;
  std::chrono::seconds watchdog_;
  std::optional<LoadMode> mode_;
};

}  // namespace rig::scpi
