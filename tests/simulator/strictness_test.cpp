// The simulator refuses what the API refuses, in the API's words.
#include "simulator/asking.hpp"

#include <doctest/doctest.h>

namespace ovhl::sim {
namespace {

struct refused_call {
  std::string method, path, body, answer;
};

std::string bad(std::string_view message) {
  return fmt::format(R"(400 {{"class":"Client::BadRequest","message":"{}"}})", message);
}
std::string missing(std::string_view what) {
  return fmt::format(
      R"(404 {{"class":"Client::NotFound","message":"The requested object ({}) does not exist"}})",
      what);
}

TEST_CASE("requests that the API's description does not have are refused") {
  asker api({.fleet = small_fleet});
  const std::string vm = "/dedicatedCloud/pcc-1/datacenter/12/vm/2";
  const refused_call calls[] = {
      {"GET", "/dedicatedcloud", "",
       R"(404 {"class":"Client::NotFound","message":"Got an invalid (or empty) URL"})"},
      {"PUT", "/dedicatedCloud", "",
       R"(404 {"class":"Client::NotFound","message":"Got an invalid (or empty) URL"})"},
      {"GET", "/dedicatedCloud/", "",
       R"(404 {"class":"Client::NotFound","message":"Got an invalid (or empty) URL"})"},
      {"GET", "/dedicatedCloud/pcc-9", "", missing("serviceName = pcc-9")},
      {"GET", "/dedicatedCloud/pcc-1/datacenter/13/vm", "", missing("datacenterId = 13")},
      {"GET", "/dedicatedCloud/pcc-1/datacenter/12/vm/9", "", missing("vmId = 9")},
      {"GET", "/dedicatedCloud/pcc-1/task/9", "", missing("taskId = 9")},
      {"GET", "/dedicatedCloud/pcc-1/datacenter/x/vm", "",
       bad("[datacenterId] 'x' is not of type long")},
      {"GET", "/dedicatedCloud/pcc-1/datacenter?all=1", "",
       bad("[all] Undescribed query parameter")},
      {"GET", "/dedicatedCloud/%zz", "", bad("[serviceName] broken percent-encoding")},
      {"GET", "/dedicatedCloud/pcc-1/task?executionDate=today", "",
       bad("[executionDate] 'today' is not of type datetime")},
      {"GET", "/dedicatedCloud", "{}", bad("A GET has no body")},
      {"POST", vm + "/setLicense", "", bad("[kmsLicense] Missing required parameter")},
      {"POST", vm + "/setLicense", "[]", bad("The body is not a JSON object")},
      {"POST", vm + "/setLicense", R"({"kmsLicense":"windows 2022 Standard"})",
       bad("[bypassGuestOsFamilyCheck] Missing required parameter")},
      {"POST", vm + "/setLicense",
       R"({"kmsLicense":"windows 2022 Standard","bypassGuestOsFamilyCheck":"no"})",
       bad("[bypassGuestOsFamilyCheck] a value of type boolean is expected")},
      {"POST", vm + "/setLicense",
       R"({"kmsLicense":"windows 2022 Standard","bypassGuestOsFamilyCheck":false,"force":1})",
       bad("[force] Undescribed body parameter")},
      {"POST", vm + "/removeLicense", R"({"force":true})",
       bad("[force] Undescribed body parameter")},
      {"POST", "/service/1001/renew", R"({"duration":"1 month","services":[1001]})",
       bad("[duration] '1 month' is not of type duration")},
      {"POST", "/service/1001/renew", R"({"duration":"P1M","services":["1001"]})",
       bad("[services] a value of type long[] is expected")},
  };
  for (const auto& call : calls) {
    CAPTURE(call.method);
    CAPTURE(call.path);
    CHECK(words(api.ask(api.signed_request(call.method, call.path, call.body))) == call.answer);
  }
  CHECK(api.w.tasks.all().empty());
}

TEST_CASE("a legacy license cannot be set, and the refusal lists those that can") {
  asker api({.fleet = small_fleet});
  const auto answer =
      api.post("/dedicatedCloud/pcc-1/datacenter/12/vm/2/setLicense",
               R"({"kmsLicense":"windows 2012 Standard","bypassGuestOsFamilyCheck":true})");
  CHECK(answer.status == 400);
  CHECK(answer.body.starts_with(
      R"({"class":"Client::BadRequest","message":"[kmsLicense] 'windows 2012 Standard' is not one of 'windows 2016 Datacenter', )"));
}

TEST_CASE("a JSON body needs its Content-Type") {
  asker api({.fleet = small_fleet});
  auto asked =
      api.signed_request("POST", "/dedicatedCloud/pcc-1/datacenter/12/vm/2/removeLicense", "{}");
  std::erase_if(asked.headers, [](const auto& header) { return header.first == "content-type"; });
  CHECK(words(api.ask(asked)) == bad("Content-Type must be application/json"));
}

TEST_CASE("an expired service answers 460 but reports when it expired") {
  asker api({.fleet = small_fleet});
  CHECK(words(api.get("/dedicatedCloud/pcc-2")) ==
        R"(460 {"class":"Client::ServiceExpired","message":"This service is expired"})");
  CHECK(api.json("/dedicatedCloud/pcc-2/serviceInfos").at("status") == "expired");
}

TEST_CASE("every answer of the API has its own query id") {
  asker api({.fleet = small_fleet});
  const auto first = api.get("/dedicatedCloud"), second = api.get("/nowhere");
  CHECK(first.headers.at("X-Ovh-QueryID") != second.headers.at("X-Ovh-QueryID"));
  CHECK(api.w.log.entries().back().query_id == second.headers.at("X-Ovh-QueryID"));
}

// ---- credentials ----

struct spoilt_header {
  std::string name, value, answer;
};

TEST_CASE("a wrongly signed request is refused with the reason") {
  asker api({.fleet = small_fleet});
  const std::string login =
      R"(401 {"class":"Client::Unauthorized","message":"You must login first"})";
  const auto with_code = [](int status, std::string_view reason, std::string_view api_class,
                            std::string_view message, std::string_view code) {
    return fmt::format(
        R"({0} {{"class":"{2}","message":"{3}","errorCode":"{4}","httpCode":"{0} {1}"}})", status,
        reason, api_class, message, code);
  };
  const spoilt_header spoilt[] = {
      {"x-ovh-application", "", login},
      {"x-ovh-consumer", "", login},
      {"x-ovh-application", "another",
       with_code(403, "Forbidden", "Client::Forbidden", "Invalid application key", "INVALID_KEY")},
      {"x-ovh-consumer", "another",
       with_code(403, "Forbidden", "Client::Forbidden", "This credential does not exist",
                 "NOT_CREDENTIAL")},
      {"x-ovh-timestamp", "now",
       with_code(400, "Bad Request", "Client::BadRequest",
                 "Missing or invalid header X-Ovh-Timestamp", "INVALID_TIMESTAMP")},
      {"x-ovh-signature", "$1$0000",
       with_code(400, "Bad Request", "Client::BadRequest", "Invalid signature",
                 "INVALID_SIGNATURE")},
  };
  for (const auto& header : spoilt) {
    auto asked = api.signed_request("GET", "/dedicatedCloud");
    for (auto& [name, value] : asked.headers)
      if (name == header.name) value = header.value;
    CAPTURE(header.name);
    CAPTURE(header.value);
    CHECK(words(api.ask(asked)) == header.answer);
    CHECK(api.w.log.entries().back().authenticated.empty());
  }
}

TEST_CASE("a timestamp more than thirty seconds off is out of time") {
  asker api({.fleet = small_fleet});
  for (const std::int64_t off : {-40, -20, 20, 40}) {
    request asked{.method = "GET",
                  .target = "/1.0/dedicatedCloud",
                  .headers = {{"host", "localhost:1"}},
                  .body = {}};
    api.sign(asked, api.w.second().time_since_epoch().count() + off);
    CAPTURE(off);
    CHECK(
        words(api.ask(asked)) ==
        (std::abs(off) < 30
             ? R"(200 ["pcc-1","pcc-2"])"
             : R"(400 {"class":"Client::BadRequest","message":"Query out of time","errorCode":"QUERY_TIME_OUT","httpCode":"400 Bad Request"})"));
  }
}

TEST_CASE("a signature covers the whole URL with its query") {
  asker api({.fleet = small_fleet});
  auto asked = api.signed_request("GET", "/dedicatedCloud/pcc-1/task");
  asked.target += "?state=done";
  CHECK(api.ask(asked).status == 400);
}

TEST_CASE("a credential that is not validated, or expired, is not valid") {
  const std::string invalid =
      R"(403 {"class":"Client::Forbidden","message":"This credential is not valid","errorCode":"INVALID_CREDENTIAL","httpCode":"403 Forbidden"})";
  for (const auto* change : {R"({"status":"pendingValidation"})", R"({"status":"refused"})",
                             R"({"expiration":"2001-01-01T00:00:00Z"})"}) {
    asker api({.fleet = small_fleet});
    CAPTURE(change);
    CHECK(api.control("PATCH", "/control/credentials/1", change).status == 200);
    CHECK(words(api.get("/dedicatedCloud")) == invalid);
  }
}

TEST_CASE("a credential may make the requests that its rules allow by method and path") {
  asker api({.fleet = small_fleet});
  api.control("PATCH", "/control/credentials/1",
              R"({"rules":[{"method":"GET","path":"/dedicatedCloud/*"}]})");
  CHECK(api.get("/dedicatedCloud/pcc-1").status == 200);
  const std::string not_granted =
      R"(403 {"class":"Client::Forbidden","message":"This call has not been granted","errorCode":"NOT_GRANTED_CALL","httpCode":"403 Forbidden"})";
  CHECK(words(api.get("/dedicatedCloud")) == not_granted);
  CHECK(words(api.post("/dedicatedCloud/pcc-1/datacenter/12/vm/1/removeLicense")) == not_granted);
}

request asking_for_token(std::string form) {
  return {.method = "POST",
          .target = "/auth/oauth2/token",
          .headers = {{"content-type", "application/x-www-form-urlencoded"}},
          .body = std::move(form)};
}

TEST_CASE("a client's secret is exchanged for a token that is valid as long as it says") {
  asker api({.fleet = small_fleet});
  const accepted_credentials keys;
  const auto form =
      fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope=all",
                  keys.client_id, keys.client_secret);
  const auto token = boost::json::parse(api.ask(asking_for_token(form)).body);
  CHECK(token.at("expires_in") == 3600);
  const std::string value(token.at("access_token").as_string());
  CHECK(words(api.get_with_token(value, "/dedicatedCloud")) == R"(200 ["pcc-1","pcc-2"])");
  api.control("PATCH", "/control/settings", R"({"clock_offset_seconds":3600})");
  CHECK(words(api.get_with_token(value, "/dedicatedCloud")) ==
        R"(401 {"class":"Client::Unauthorized","message":"Invalid or expired access token"})");
  CHECK(api.w.log.entries().front().body.empty());
}

TEST_CASE("no token is issued for a wrong secret, scope or grant") {
  asker api({.fleet = small_fleet});
  const accepted_credentials keys;
  const auto with = [&](std::string_view grant, std::string_view secret, std::string_view scope) {
    return words(
        api.ask(asking_for_token(fmt::format("grant_type={}&client_id={}&client_secret={}&scope={}",
                                             grant, keys.client_id, secret, scope))));
  };
  CHECK(with("client_credentials", "wrong", "all") == R"(401 {"error":"invalid_client"})");
  CHECK(with("client_credentials", keys.client_secret, "some") ==
        R"(400 {"error":"invalid_scope"})");
  CHECK(with("password", keys.client_secret, "all") == R"(400 {"error":"unsupported_grant_type"})");
}

TEST_CASE("IAM refuses an action and names it") {
  asker api({.fleet = small_fleet});
  const auto token = accepted_credentials().access_token;
  api.control("PATCH", "/control/iam", R"({"denied":["pccVMware:apiovh:datacenter/vm*"]})");
  CHECK(api.get_with_token(token, "/dedicatedCloud/pcc-1/datacenter").status == 200);
  CHECK(
      words(api.get_with_token(token, "/dedicatedCloud/pcc-1/datacenter/12/vmLicensed")) ==
      R"(403 {"class":"Client::Forbidden::NotAuthorizedByIAM","message":"User not authorized to perform this request",)"
      R"("details":{"unauthorizedActionsByIAM":"pccVMware:apiovh:datacenter/vmLicensed/get"}})");
}

TEST_CASE("a new consumer key is valid after a person has opened its link") {
  asker api({.fleet = small_fleet});
  const auto answer =
      api.ask({.method = "POST",
               .target = "/1.0/auth/credential",
               .headers = {{"x-ovh-application", accepted_credentials().application_key},
                           {"content-type", "application/json"}},
               .body = R"({"accessRules":[{"method":"GET","path":"/dedicatedCloud*"}]})"});
  const auto asked = boost::json::parse(answer.body);
  CHECK(asked.at("state") == "pendingValidation");
  const std::string link(asked.at("validationUrl").as_string());
  CHECK(api.w.credentials.find(2)->status == "pendingValidation");
  CHECK(api.ask({.method = "GET",
                 .target = link.substr(std::string("https://localhost:1").size()),
                 .headers = {},
                 .body = {}})
            .status == 200);
  CHECK(api.w.credentials.find(2)->status == "validated");
}

} // namespace
} // namespace ovhl::sim
