// Helpers of all texts for people: colours of verdicts, headings, and the format of places, errors
// and durations.
#pragma once

#include "publish/snapshot.hpp"
#include "publish/table.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

ink ink_of(licensing::verdict) noexcept;
ink ink_of(due_state) noexcept;
ink ink_of(licensing::outcome) noexcept;

// "1 VM", "1,200 VMs": the word gets an s.
std::string counted(std::size_t, std::string_view word);
// "5 s", "3 min 20 s", "2 h 5 min"; what lies in the future counts as now.
std::string span_text(std::chrono::seconds);
// "none" if there is none, also if the API says "unlicensed windows guestos".
cell license_cell(const std::optional<std::string>& license, ink colour = ink::plain);
// "-" if a person must decide.
cell expected_cell(const std::optional<std::string>& expected);

// A reason and where it comes from: "none is declared [policy: rule 'sql servers']".
std::string with_rule(const std::string& reason, const std::string& rule);
// What a correction does to the license declared before: "declare", "replace", "remove",
// "declare with bypass"; empty where nothing is due.
std::string action_text(licensing::action, const std::optional<std::string>& before,
                        bool bypass = false);
// The state of a correction in words: "held by max_set_share: 40 of 100 VMs".
std::string state_text(const licensing::correction_state&);
// Why a correction ended as it did, if known: "the task ended with 'error' (query EU.ext-9)".
std::string ending_text(const std::string& message, const std::string& query_id);

// A sentence, wrapped at the terminal's width; all lines but the first are indented.
void append_sentence(std::string& out, std::string_view, ink, const terminal&);
void append_heading(std::string& out, std::string_view title, const terminal&);

// How the place of a VM is shown: only as much as distinguishes the places listed.
class place_names {
 public:
  explicit place_names(std::span<const datacenter_row>);
  bool needed() const noexcept { return several_; }
  std::string of(const licensing::place&) const; // "pcc-1/12", "main: pcc-1/12"

 private:
  bool several_ = false, several_accounts_ = false;
};

// The place follows the name and ID of a VM, if there is more than one place.
std::vector<column> with_place(std::vector<column>, const place_names&);
std::vector<cell> with_place(std::vector<cell> row, const place_names&, const licensing::place&);

// The newest errors, as a table; nothing if there are none.
void append_errors(std::string& out, std::span<const problem_row>, instant now, const terminal&);

} // namespace ovhl::publish
