#include "ovh/survey/datacenter_survey.hpp"

#include "base/url.hpp"
#include "licensing/license.hpp"
#include "loop/all.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ovhl::ovh {

using boost::asio::awaitable;
using licensing::vm;

namespace {

constexpr std::size_t most_vms = 1'000'000; // of a datacenter; more are a mistake of the server
constexpr int most_failures =
    3; // after so many VMs that cannot be read, reading them one by one ends

request fresh(std::string path) {
  request r;
  r.path = std::move(path);
  r.headers.push_back({"Pragma", "no-cache"});
  return r;
}

} // namespace

datacenter_survey::datacenter_survey(client& api, licensing::place where,
                                     const survey_options& options, tally& t)
    : api_(api),
      options_(options),
      tally_(t),
      path_(fmt::format("/dedicatedCloud/{}/datacenter/{}", percent_encoded(where.service),
                        where.datacenter)) {
  seen_.where = std::move(where);
}

error datacenter_survey::complaint(failure kind, std::string message, std::string advice) const {
  error e;
  e.kind = kind;
  e.where = fmt::format("account {}: GET {}/vm", api_.account(), path_);
  e.message = std::move(message);
  e.advice = std::move(advice);
  return e;
}

void datacenter_survey::forget() {
  tally_.far.seen -= seen_.vms.size();
  tally_.far.expected -= expected_;
  expected_ = 0;
  seen_.vms.clear();
  licensed_.clear();
  ids_.clear();
  next_ = 0;
  total_.reset();
  vanished_.clear();
  failures_ = 0;
  last_failure_.reset();
  gap_.clear();
}

awaitable<licensing::datacenter> datacenter_survey::run() {
  std::vector<vm> earlier;
  for (int attempt = 1; attempt <= 2; ++attempt) {
    if (attempt > 1) {
      earlier = seen_.vms;
      forget();
    }
    seen_.observed_at = api_.clock().wall();
    seen_.problem = co_await once();
    const std::size_t arrived = seen_.vms.size();
    put_in_order(seen_.vms);
    tally_.far.seen -= arrived - seen_.vms.size();
    join();
    if (seen_.problem) break;
    seen_.complete = gap_.empty();
    if (seen_.complete) break;
    seen_.problem = complaint(failure::answer, "the list of VMs is incomplete: " + gap_);
  }
  if (seen_.vms.size() < earlier.size()) seen_.vms = std::move(earlier);
  co_return std::move(seen_);
}

awaitable<datacenter_survey::problem> datacenter_survey::once() {
  problem t = co_await list_licensed();
  if (t) co_return t;
  if (options_.listing == listing::each)
    t = co_await list_ids();
  else
    t = co_await list_pages();
  if (!t && !ids_.empty()) t = co_await read_each();
  if (!t && !vanished_.empty()) t = co_await confirm_vanished();
  co_return t;
}

awaitable<datacenter_survey::problem> datacenter_survey::list_licensed() {
  licensed_reader body(seen_.texts, licensed_);
  request r = fresh(path_ + "/vmLicensed");
  const auto got = co_await api_.get(std::move(r), body, options_.deadline);
  if (!got) co_return got.error();
  if (got->pagination_elements &&
      *got->pagination_elements != static_cast<std::int64_t>(licensed_.size()))
    gap_ = fmt::format("{} of {} VMs of vmLicensed arrived", licensed_.size(),
                       *got->pagination_elements);
  co_return std::nullopt;
}

awaitable<datacenter_survey::problem> datacenter_survey::list_ids() {
  ids_reader body;
  request r = fresh(path_ + "/vm");
  const auto got = co_await api_.get(std::move(r), body, options_.deadline);
  if (!got) co_return got.error();
  ids_ = std::move(body.values);
  if (got->pagination_elements &&
      *got->pagination_elements != static_cast<std::int64_t>(ids_.size()))
    gap_ = fmt::format("{} of {} ids arrived", ids_.size(), *got->pagination_elements);
  co_return std::nullopt;
}

awaitable<datacenter_survey::problem> datacenter_survey::list_pages() {
  vm_page_reader body(seen_.texts, seen_.vms, [this] { tally_.saw_one(); });
  std::size_t size = static_cast<std::size_t>(options_.page_size);
  std::optional<std::size_t> total;
  std::int64_t first_of_page = 0;
  for (int number = 1;; ++number) {
    request r = fresh(path_ + "/vm");
    r.headers.push_back({"X-Pagination-Mode", "CachedObjectList-Pages"});
    r.headers.push_back({"X-Pagination-Size", std::to_string(size)});
    r.headers.push_back({"X-Pagination-Number", std::to_string(number)});
    body.next_page();
    const auto got = co_await api_.get(std::move(r), body, options_.deadline);
    if (!got) co_return got.error();

    std::optional<std::size_t> stated;
    if (got->pagination_elements) stated = static_cast<std::size_t>(*got->pagination_elements);
    if (number == 1) {
      total = stated;
      if (!body.ids.empty()) break; // pages are not honoured
      if (total) {
        seen_.vms.reserve(std::min(*total, most_vms));
        tally_.expect(expected_ = *total);
        if (body.vms() > 0 && body.vms() < std::min(size, *total)) size = body.vms(); // capped
      }
    } else if (stated != total) {
      gap_ = fmt::format("there were {} VMs at first and {} at page {}", total.value_or(0),
                         stated.value_or(0), number);
      co_return std::nullopt;
    } else if (!body.ids.empty()) {
      gap_ = fmt::format("page {} has ids instead of VMs", number);
      co_return std::nullopt;
    }
    if (body.vms() > 0) {
      const auto first = seen_.vms[seen_.vms.size() - body.vms()].id;
      if (number > 1 && first == first_of_page) {
        gap_ = fmt::format("page {} is page {} again", number, number - 1);
        co_return std::nullopt;
      }
      first_of_page = first;
    }
    if (seen_.vms.size() > most_vms)
      co_return complaint(failure::answer, fmt::format("more than {} VMs", most_vms));
    // Without a total, an empty page is the end.
    if (body.vms() == 0 || (total && seen_.vms.size() >= *total)) break;
  }
  if (!body.ids.empty()) {
    if (options_.listing == listing::pages)
      co_return complaint(failure::answer, "the API does not list VMs by pages",
                          "set api.listing to auto or each");
    ids_ = std::move(body.ids);
    if (total && *total != ids_.size())
      gap_ = fmt::format("{} of {} ids arrived", ids_.size(), *total);
  } else if (total) {
    total_ = total;
  }
  co_return std::nullopt;
}

awaitable<datacenter_survey::problem> datacenter_survey::read_each() {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  const auto possible = api_.requests_before(options_.deadline);
  if (possible && ids_.size() > *possible)
    co_return complaint(
        failure::throttled,
        fmt::format("reading {} VMs one by one takes {} requests; the budget of {} per minute "
                    "allows {} before the deadline",
                    ids_.size(), ids_.size(), api_.requests_per_minute(), *possible),
        "list by pages (api.listing), raise api.requests_per_minute or poll.timeout, or name fewer "
        "services");
  seen_.vms.reserve(ids_.size());
  tally_.expect(expected_ = ids_.size());
  std::vector<awaitable<void>> readers;
  const auto width = std::min(ids_.size(), static_cast<std::size_t>(api_.connections()));
  readers.reserve(width);
  for (std::size_t i = 0; i < width; ++i)
    readers.push_back(read_some());
  co_await loop::all(std::move(readers));
  co_return last_failure_;
}

awaitable<void> datacenter_survey::read_some() {
  vm_reader body(seen_.texts);
  while (next_ < ids_.size()) {
    const auto id = ids_[next_++];
    body.expected = id;
    request r;
    r.path = fmt::format("{}/vm/{}", path_, id);
    const auto got = co_await api_.get(std::move(r), body, options_.deadline);
    if (got) {
      seen_.vms.push_back(body.vm);
      tally_.saw_one();
    } else if (got.error().http_status == 404) {
      vanished_.push_back(id);
    } else {
      last_failure_ = got.error();
      const bool hopeless = !got.error().passing() && got.error().kind != failure::answer;
      if (hopeless || ++failures_ >= most_failures) next_ = ids_.size();
    }
  }
}

// A VM that was not found counts as gone only if a fresh list lacks it, too.
awaitable<datacenter_survey::problem> datacenter_survey::confirm_vanished() {
  ids_reader body;
  request r = fresh(path_ + "/vm");
  const auto got = co_await api_.get(std::move(r), body, options_.deadline);
  if (!got) co_return got.error();
  std::sort(body.values.begin(), body.values.end());
  std::sort(vanished_.begin(), vanished_.end());
  std::vector<std::int64_t> unread;
  std::set_intersection(vanished_.begin(), vanished_.end(), body.values.begin(), body.values.end(),
                        std::back_inserter(unread));
  if (!unread.empty())
    gap_ = fmt::format("{} of {} VMs are listed but not found (VM {}{})", unread.size(),
                       ids_.size(), unread.front(), unread.size() == 1 ? "" : ", …");
  co_return std::nullopt;
}

// Joins the two lists and checks whether they agree.
void datacenter_survey::join() {
  if (gap_.empty() && total_ && seen_.vms.size() != *total_)
    gap_ = fmt::format("{} of {} VMs arrived", seen_.vms.size(), *total_);

  put_in_order(licensed_);
  std::size_t strangers = 0;
  std::int64_t first = 0;
  auto at = seen_.vms.begin();
  for (const licensed_vm& l : licensed_) {
    at = std::lower_bound(at, seen_.vms.end(), l.id,
                          [](const vm& v, std::int64_t id) { return v.id < id; });
    if (at != seen_.vms.end() && at->id == l.id) {
      l.tell_of(*at);
    } else if (std::find(vanished_.begin(), vanished_.end(), l.id) == vanished_.end()) {
      if (strangers++ == 0) first = l.id;
    }
  }
  const auto carries_license = [](const vm& v) {
    return !v.license.empty() && v.license != licensing::unlicensed;
  };
  if (const auto carriers = std::ranges::count_if(seen_.vms, carries_license);
      licensed_.empty() && carriers > 0 && gap_.empty())
    gap_ = fmt::format("vmLicensed is empty, though {} VMs carry a license", carriers);
  if (strangers > 0 && gap_.empty())
    gap_ = fmt::format("{} in vmLicensed but not in the list of VMs (VM {}{})",
                       strangers == 1 ? "one is" : fmt::format("{} are", strangers), first,
                       strangers == 1 ? "" : ", …");
}

} // namespace ovhl::ovh
