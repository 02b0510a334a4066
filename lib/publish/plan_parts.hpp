// A plan divided for display: what `apply` would do, what is held now, what the mode leaves, what
// needs a decision; for each, the VMs that match the filter and their causes. Pure.
#pragma once

#include "publish/causes.hpp"
#include "publish/plan.hpp"
#include "publish/render.hpp"
#include "publish/row_filter.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::publish {

struct plan_parts {
  plan_parts(const plan_document&, const row_filter&);

  std::vector<const plan_row*> made, held, left; // left: by the mode
  std::vector<const plan_row*> switched_off;     // the mode allows them
  std::vector<const finding*> to_decide, acknowledged;
  std::vector<const finding*> not_due; // because the list of their datacenter is incomplete
  std::size_t size() const noexcept {
    return made.size() + held.size() + switched_off.size() + left.size() + to_decide.size() +
           acknowledged.size() + not_due.size();
  }

 private:
  std::vector<const plan_row*>& part_of(const plan_row&) noexcept;
  std::vector<const finding*>& part_of(const finding&) noexcept;
};

std::vector<cause_row> causes_of(const std::vector<const plan_row*>&);
std::vector<cause_row> causes_of(const std::vector<const finding*>&);

// "mode declare", "modes declare and report": the modes that do not allow these corrections.
std::string modes_text(const std::vector<const plan_row*>&);

// On a narrow terminal the place has no column of its own: it precedes the reason.
bool narrow(const terminal&) noexcept;

// A table with a row for each VM: VM and ID, its own columns, and a note.
class vm_table {
 public:
  vm_table(fit names, std::vector<column> own, std::string_view note, const place_names&,
           const terminal&);
  template <class Row> // finding, plan_row
  void add(const Row& vm, std::vector<cell> own, const std::string& note, ink colour = ink::plain) {
    add(vm.where, vm.name, vm.vm_id, std::move(own), note, colour);
  }
  std::string text() const { return list_.text(terminal_); }

 private:
  void add(const licensing::place&, const std::string& name, std::int64_t id, std::vector<cell> own,
           const std::string& note, ink colour);

  const place_names& places_;
  const terminal& terminal_;
  table list_;
};
// The columns of a correction: action, before and after; and its reason, which says if the guest OS
// check is bypassed.
vm_table table_of_corrections(fit names, const place_names&, const terminal&);
std::vector<cell> correction_cells(const plan_row&);
std::string why_corrected(const plan_row&);

// A heading and the causes; nothing if there are none. `with_remedy`: also says what to do about
// each.
void append_plan_causes(std::string& out, std::string_view heading,
                        const std::vector<const plan_row*>&, bool with_remedy, const terminal&);
void append_finding_causes(std::string& out, std::string_view heading,
                           const std::vector<const finding*>&, bool with_remedy, const terminal&);
// The first ones, at most so many.
void append_plan_rows(std::string& out, std::string_view heading,
                      const std::vector<const plan_row*>&, std::size_t most, const place_names&,
                      const terminal&);
void append_plan_rows(std::string& out, std::string_view heading,
                      const std::vector<const finding*>&, std::size_t most, const place_names&,
                      const terminal&);

} // namespace ovhl::publish
