#include "ovh/client/api_error.hpp"

#include "base/glob.hpp"
#include "base/text.hpp"
#include "json/json_tree.hpp"
#include "json/text_mender.hpp"
#include "ovh/api/rights.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

namespace ovhl::ovh {

namespace {

constexpr std::string_view out_of_time_words = "Query out of time";

// Makes a text from outside fit into one line of ours.
std::string tidy(std::string_view text) {
  text = trimmed(text);
  while (!text.empty() && text.back() == '.')
    text.remove_suffix(1);
  return fitted(printable(text), 200);
}

struct refusal_text {
  std::string message, api_class, code, missing_rights;
};

// Empty: it is missing or of another type. A refusal is reported with the parts that are
// understood.
std::string text_of(const json_node& from, std::string_view key) {
  return tidy(from.maybe(key).text());
}

// Reads one action or a list of them, because the API's description does not say which it is.
std::string actions_of(const json_node& from) {
  const json_node details = from.maybe("details");
  const json_node actions = details.maybe("unauthorizedActionsByIAM");
  std::string out = tidy(actions.text());
  for (std::size_t i = 0; i < actions.size(); ++i)
    if (const std::string action = tidy(actions.element(i).text()); !action.empty())
      out += (out.empty() ? "" : ", ") + action;
  return out;
}

void with_tree(std::string_view body, const std::function<void(const json_node&)>& take) {
  constexpr std::size_t deepest = 32;
  static_cast<void>(read_json_tree(mended(body), deepest, take));
}

refusal_text understood(std::string_view body) {
  refusal_text out;
  with_tree(body, [&](const json_node& whole) {
    out.message = text_of(whole, "message");
    out.api_class = text_of(whole, "class");
    out.code = text_of(whole, "errorCode");
    out.missing_rights = actions_of(whole);
  });
  return out;
}

std::string in_title(std::string_view html) {
  const std::string low = lowered(html);
  const auto from = low.find("<title>"), to = low.find("</title>");
  if (from == std::string::npos || to == std::string::npos || to < from + 7) return {};
  return tidy(html.substr(from + 7, to - from - 7));
}

// What to say where the API sent no message.
std::string fallback_message(const refusal& r) {
  if (r.status >= 300 && r.status < 400)
    return r.location.empty() ? "a redirect instead of an answer"
                              : "a redirect to " + tidy(r.location) + " instead of an answer";
  const std::string low = lowered(r.body.substr(0, 512));
  if (low.find("<html") != std::string::npos || low.find("<!doctype") != std::string::npos) {
    const std::string title = in_title(r.body);
    return "an HTML page instead of an answer" + (title.empty() ? "" : ": '" + title + "'");
  }
  if (r.status == 460) return "the service has expired";
  const auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(r.status)));
  return reason == "<unknown-status>" ? "an error without a message" : std::string(reason);
}

failure kind_of(int status) {
  if (status == 429) return failure::throttled;
  if (status == 408 || status >= 500) return failure::server;
  return status >= 400 ? failure::refused : failure::answer;
}

std::string advice_for_credentials(const refusal& r) {
  switch (r.asked_with) {
  case credential_kind::application: return "run 'ovh-licensed login' to get a new consumer key";
  case credential_kind::oauth2:
    return "check that client_id and client_secret are still valid at this endpoint";
  case credential_kind::token: return "get a new access_token: this one has expired or was revoked";
  }
  return {};
}

bool changes_license(const refusal& r) {
  return r.method == "POST" &&
         (r.path.ends_with("/setLicense") || r.path.ends_with("/removeLicense"));
}

// The texts of these refusals are not documented, so the advice depends on a few words in them.
// After a wrong guess, the advice is useless or missing; nothing else depends on it.
std::string advice_for_license(const refusal& r, const refusal_text& s) {
  if (r.status == 409) return "the VM is busy; it will be tried again";
  const std::string low = lowered(s.message);
  const auto mentions = [&](std::string_view word) { return low.find(word) != std::string::npos; };
  if (mentions("activat") || low.starts_with("spla") || mentions(" spla"))
    return "activate Windows licenses for the service in the control panel, or ask OVHcloud "
           "support to do it";
  if (r.path.ends_with("/setLicense") && (mentions("guest") || mentions("compatib")))
    return "set bypass_guest_os_family_check: true for this VM in the policy if it really runs "
           "Windows";
  return {};
}

std::string advice(const refusal& r, const refusal_text& s) {
  if (s.message.find(out_of_time_words) != std::string::npos)
    return "check this machine's clock: 'timedatectl' shows whether it is synchronized";
  if (s.message == "Invalid signature")
    return "check application_secret and consumer_key: one of them is wrong";
  if (s.code == "INVALID_KEY")
    return "check application_key, and that it was created at this endpoint";
  if (s.code == "INVALID_CREDENTIAL" || s.code == "NOT_CREDENTIAL")
    return advice_for_credentials(r);
  if (s.code == "NOT_GRANTED_CALL")
    return fmt::format(
        "run 'ovh-licensed login' again, or create a consumer key with the access rule '{}'",
        rule_text(r.method, r.path));
  if (!s.missing_rights.empty())
    return fmt::format("allow the IAM action {} on it", s.missing_rights);
  if (changes_license(r) && (r.status == 400 || r.status == 403 || r.status == 409))
    if (std::string special = advice_for_license(r, s); !special.empty()) return special;
  switch (r.status) {
  case 401: return advice_for_credentials(r);
  case 403:
    if (r.asked_with == credential_kind::application || iam_action(r.path).empty()) return {};
    return fmt::format("allow the IAM action {} on it", iam_action(r.path));
  case 404:
    if (!r.path.starts_with("/dedicatedCloud/") || changes_license(r) ||
        r.path.find("/task/") != std::string_view::npos)
      return {};
    return "check that the service's name is right and belongs to this account";
  case 429: return "lower api.requests_per_minute";
  case 460: return "renew the service";
  default: return r.status < 400 ? "check the endpoint's URL" : std::string();
  }
}

error basic_error(const refusal& r) {
  error e;
  e.kind = kind_of(r.status);
  e.http_status = r.status;
  e.query_id = tidy(r.query_id);
  return e;
}

} // namespace

bool says_no(int status, std::string_view body) {
  constexpr std::array<int, 6> noes{400, 401, 403, 404, 409, 460};
  if (std::find(noes.begin(), noes.end(), status) == noes.end()) return false;
  const refusal_text s = understood(body);
  return !s.message.empty() || !s.api_class.empty();
}

error api_error(const refusal& r) {
  const refusal_text s = understood(r.body);
  error e = basic_error(r);
  e.message = s.message.empty() ? fallback_message(r) : s.message;
  e.api_class = s.api_class;
  e.api_code = s.code;
  e.advice = advice(r, s);
  return e;
}

error token_error(const refusal& r) {
  error e = api_error(r); // if the answer is not from the OAuth2 server
  with_tree(r.body, [&](const json_node& whole) {
    const std::string code = text_of(whole, "error");
    const std::string described = text_of(whole, "error_description");
    if (!code.empty()) e.api_class = e.message = code;
    if (!described.empty()) e.message = described;
  });
  if (e.kind == failure::refused)
    e.advice = "check client_id and client_secret, and that they belong to this endpoint";
  return e;
}

license_refusal license_refusal_of(const error& e) {
  return glob("*guest*famil*").matches(e.message) ? license_refusal::guest_os
                                                  : license_refusal::other;
}

bool out_of_time(const error& e) noexcept {
  return e.kind == failure::refused && e.message.find(out_of_time_words) != std::string::npos;
}

} // namespace ovhl::ovh
