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
constexpr int most_failures = 3;            // VMs that cannot be read; then reading one by one ends

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
  tally_.so_far.seen -= seen_.vms.size();
  tally_.so_far.expected -= found_.expected;
  seen_.vms.clear();
  found_ = {};
}

awaitable<licensing::datacenter> datacenter_survey::run() {
  std::vector<vm> earlier;
  for (int number = 1; number <= 2; ++number) {
    if (number > 1) {
      earlier = seen_.vms;
      forget();
    }
    seen_.observed_at = api_.clock().wall();
    seen_.problem = co_await once();
    const std::size_t arrived = seen_.vms.size();
    put_in_order(seen_.vms);
    tally_.so_far.seen -= arrived - seen_.vms.size();
    join();
    if (seen_.problem) break;
    seen_.complete = found_.gap.empty();
    if (seen_.complete) break;
    seen_.problem = complaint(failure::answer, "the list of VMs is incomplete: " + found_.gap);
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
  if (!t && !found_.ids.empty()) t = co_await read_each();
  if (!t && !found_.vanished.empty()) t = co_await confirm_vanished();
  co_return t;
}

awaitable<datacenter_survey::problem> datacenter_survey::list_licensed() {
  licensed_reader body(seen_.texts, found_.licensed);
  const auto got = co_await ask_afresh(api_, path_ + "/vmLicensed", body, options_.deadline);
  if (!got) co_return got.error();
  if (got->pagination_elements &&
      *got->pagination_elements != static_cast<std::int64_t>(found_.licensed.size()))
    found_.gap = fmt::format("{} of {} VMs of vmLicensed arrived", found_.licensed.size(),
                             *got->pagination_elements);
  co_return std::nullopt;
}

awaitable<datacenter_survey::problem> datacenter_survey::list_ids() {
  ids_reader body;
  const auto got = co_await ask_afresh(api_, path_ + "/vm", body, options_.deadline);
  if (!got) co_return got.error();
  found_.ids = std::move(body.values);
  if (got->pagination_elements &&
      *got->pagination_elements != static_cast<std::int64_t>(found_.ids.size()))
    found_.gap = fmt::format("{} of {} ids arrived", found_.ids.size(), *got->pagination_elements);
  co_return std::nullopt;
}

awaitable<datacenter_survey::problem> datacenter_survey::list_pages() {
  vm_page_reader body(seen_.texts, seen_.vms, [this] { tally_.saw_one(); });
  std::size_t size = static_cast<std::size_t>(options_.page_size);
  std::optional<std::size_t> total;
  std::int64_t first_of_page = 0;
  for (int number = 1;; ++number) {
    request r;
    r.path = path_ + "/vm";
    r.headers.push_back({"Pragma", "no-cache"});
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
        tally_.expect(found_.expected = *total);
        if (body.vms() > 0 && body.vms() < std::min(size, *total)) size = body.vms(); // capped
      }
    } else if (stated != total) {
      found_.gap = fmt::format("there were {} VMs at first and {} at page {}", total.value_or(0),
                               stated.value_or(0), number);
      co_return std::nullopt;
    } else if (!body.ids.empty()) {
      found_.gap = fmt::format("page {} has ids instead of VMs", number);
      co_return std::nullopt;
    }
    if (body.vms() > 0) {
      const auto first = seen_.vms[seen_.vms.size() - body.vms()].id;
      if (number > 1 && first == first_of_page) {
        found_.gap = fmt::format("page {} is page {} again", number, number - 1);
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
    found_.ids = std::move(body.ids);
    if (total && *total != found_.ids.size())
      found_.gap = fmt::format("{} of {} ids arrived", found_.ids.size(), *total);
  } else if (total) {
    found_.total = total;
  }
  co_return std::nullopt;
}

awaitable<datacenter_survey::problem> datacenter_survey::read_each() {
  std::sort(found_.ids.begin(), found_.ids.end());
  found_.ids.erase(std::unique(found_.ids.begin(), found_.ids.end()), found_.ids.end());
  const auto possible = api_.requests_before(options_.deadline);
  if (possible && found_.ids.size() > *possible)
    co_return complaint(
        failure::throttled,
        fmt::format("reading {} VMs one by one takes {} requests; the budget of {} per minute "
                    "allows {} before the deadline",
                    found_.ids.size(), found_.ids.size(), api_.requests_per_minute(), *possible),
        "list by pages (api.listing), raise api.requests_per_minute or poll.timeout, or name fewer "
        "services");
  seen_.vms.reserve(found_.ids.size());
  tally_.expect(found_.expected = found_.ids.size());
  std::vector<awaitable<void>> readers;
  const auto width = std::min(found_.ids.size(), static_cast<std::size_t>(api_.connections()));
  readers.reserve(width);
  for (std::size_t i = 0; i < width; ++i)
    readers.push_back(read_some());
  co_await loop::all(std::move(readers));
  co_return found_.last_failure;
}

awaitable<void> datacenter_survey::read_some() {
  vm_reader body(seen_.texts);
  while (found_.next < found_.ids.size()) {
    const auto id = found_.ids[found_.next++];
    body.expected = id;
    const auto got =
        co_await ask(api_, fmt::format("{}/vm/{}", path_, id), body, options_.deadline);
    if (got) {
      seen_.vms.push_back(body.vm);
      tally_.saw_one();
    } else if (got.error().http_status == 404) {
      found_.vanished.push_back(id);
    } else {
      found_.last_failure = got.error();
      const bool hopeless = !got.error().passing() && got.error().kind != failure::answer;
      if (hopeless || ++found_.failures >= most_failures) found_.next = found_.ids.size();
    }
  }
}

// A VM that was not found counts as gone only if a fresh list lacks it, too.
awaitable<datacenter_survey::problem> datacenter_survey::confirm_vanished() {
  ids_reader body;
  const auto got = co_await ask_afresh(api_, path_ + "/vm", body, options_.deadline);
  if (!got) co_return got.error();
  std::sort(body.values.begin(), body.values.end());
  std::sort(found_.vanished.begin(), found_.vanished.end());
  std::vector<std::int64_t> unread;
  std::set_intersection(found_.vanished.begin(), found_.vanished.end(), body.values.begin(),
                        body.values.end(), std::back_inserter(unread));
  if (!unread.empty())
    found_.gap = fmt::format("{} of {} VMs are listed but not found (VM {}{})", unread.size(),
                             found_.ids.size(), unread.front(), unread.size() == 1 ? "" : ", …");
  co_return std::nullopt;
}

// Joins the two lists and checks whether they agree.
void datacenter_survey::join() {
  if (found_.gap.empty() && found_.total && seen_.vms.size() != *found_.total)
    found_.gap = fmt::format("{} of {} VMs arrived", seen_.vms.size(), *found_.total);

  put_in_order(found_.licensed);
  std::size_t strangers = 0;
  std::int64_t first = 0;
  auto at = seen_.vms.begin();
  for (const licensed_vm& l : found_.licensed) {
    at = std::lower_bound(at, seen_.vms.end(), l.id,
                          [](const vm& v, std::int64_t id) { return v.id < id; });
    if (at != seen_.vms.end() && at->id == l.id) {
      l.copy_to(*at);
    } else if (std::find(found_.vanished.begin(), found_.vanished.end(), l.id) ==
               found_.vanished.end()) {
      if (strangers++ == 0) first = l.id;
    }
  }
  const auto carries_license = [](const vm& v) {
    return !v.license.empty() && v.license != licensing::unlicensed;
  };
  if (const auto carriers = std::ranges::count_if(seen_.vms, carries_license);
      found_.licensed.empty() && carriers > 0 && found_.gap.empty())
    found_.gap = fmt::format("vmLicensed is empty, though {} VMs carry a license", carriers);
  if (strangers > 0 && found_.gap.empty())
    found_.gap = fmt::format("{} in vmLicensed but not in the list of VMs (VM {}{})",
                             strangers == 1 ? "one is" : fmt::format("{} are", strangers), first,
                             strangers == 1 ? "" : ", …");
}

} // namespace ovhl::ovh
