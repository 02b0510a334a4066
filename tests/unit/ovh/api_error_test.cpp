#include "ovh/client/api_error.hpp"
#include "ovh/client/authorization.hpp"
#include "ovh/client/signing.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace ovhl;
using namespace std::chrono_literals;
using kind = ovh::credential_kind;

namespace {

error explained(int status, std::string body,
                std::string_view path = "/dedicatedCloud/pcc-1/datacenter",
                kind with = kind::application) {
  ovh::refusal r;
  r.status = status;
  r.query_id = "EU.ext-1";
  r.body = std::move(body);
  r.path = path;
  r.asked_with = with;
  return ovh::api_error(r);
}

} // namespace

TEST_CASE("what the API says becomes an error with advice") {
  struct row {
    int status;
    std::string body;
    std::string path;
    kind with;
    failure failed;
    std::string said;
  };
  const std::string vm = "/dedicatedCloud/pcc-1/datacenter/12/vm/7";
  const row rows[] = {
      {403,
       R"({"class":"Client::Forbidden","message":"Invalid application key","errorCode":"INVALID_KEY","httpCode":"403 Forbidden"})",
       vm, kind::application, failure::refused,
       "Invalid application key (HTTP 403, query EU.ext-1); check application_key, and that it was "
       "created at this endpoint"},
      {403, R"({"message":"This credential is not valid","errorCode":"INVALID_CREDENTIAL"})", vm,
       kind::application, failure::refused,
       "This credential is not valid (HTTP 403, query EU.ext-1); run 'ovh-licensed login' to get a "
       "new consumer key"},
      {403, R"({"message":"This credential does not exist","errorCode":"NOT_CREDENTIAL"})", vm,
       kind::application, failure::refused,
       "This credential does not exist (HTTP 403, query EU.ext-1); run 'ovh-licensed login' to get "
       "a new consumer key"},
      {403, R"({"message":"This call has not been granted","errorCode":"NOT_GRANTED_CALL"})", vm,
       kind::application, failure::refused,
       "This call has not been granted (HTTP 403, query EU.ext-1); run 'ovh-licensed login' again, "
       "or create a consumer key with the access rule 'GET "
       "/dedicatedCloud/pcc-1/datacenter/*/vm/*'"},
      {403, R"({"message":"This call has not been granted","errorCode":"NOT_GRANTED_CALL"})",
       "/dedicatedCloud", kind::application, failure::refused,
       "This call has not been granted (HTTP 403, query EU.ext-1); run 'ovh-licensed login' again, "
       "or create a consumer key with the access rule 'GET /dedicatedCloud'"},
      {403,
       R"({"class":"Client::Forbidden::X","message":"No.","details":{"unauthorizedActionsByIAM":"pccVMware:apiovh:get"}})",
       vm, kind::oauth2, failure::refused,
       "No (HTTP 403, query EU.ext-1); allow the IAM action pccVMware:apiovh:get on it"},
      {403, R"({"message":"No","details":{"unauthorizedActionsByIAM":["a:b","c:d"]}})", vm,
       kind::token, failure::refused,
       "No (HTTP 403, query EU.ext-1); allow the IAM action a:b, c:d on it"},
      {403, R"({"message":"No","details":{"unauthorizedActionsByIAM":7}})", vm, kind::token,
       failure::refused,
       "No (HTTP 403, query EU.ext-1); allow the IAM action pccVMware:apiovh:datacenter/vm/get on "
       "it"},
      {403, R"({"message":"No"})", "/dedicatedCloud/pcc-1/datacenter/12/vmLicensed", kind::oauth2,
       failure::refused,
       "No (HTTP 403, query EU.ext-1); allow the IAM action "
       "pccVMware:apiovh:datacenter/vmLicensed/get on it"},
      {403, R"({"message":"No"})", "/dedicatedCloud/pcc-1", kind::oauth2, failure::refused,
       "No (HTTP 403, query EU.ext-1); allow the IAM action pccVMware:apiovh:get on it"},
      {403, R"({"message":"No"})", "/dedicatedCloud/pcc-1/serviceInfos", kind::oauth2,
       failure::refused,
       "No (HTTP 403, query EU.ext-1); allow the IAM action pccVMware:apiovh:serviceInfos/get on "
       "it"},
      {403, R"({"message":"Something else","errorCode":"FORBIDDEN"})", vm, kind::application,
       failure::refused, "Something else (HTTP 403, query EU.ext-1)"},
      {401, R"({"message":"Invalid token"})", vm, kind::token, failure::refused,
       "Invalid token (HTTP 401, query EU.ext-1); get a new access_token: this one has expired or "
       "was revoked"},
      {401, R"({"message":"Invalid token"})", vm, kind::oauth2, failure::refused,
       "Invalid token (HTTP 401, query EU.ext-1); check that client_id and client_secret are still "
       "valid at this endpoint"},
      {400, R"({"message":"Invalid signature"})", vm, kind::application, failure::refused,
       "Invalid signature (HTTP 400, query EU.ext-1); check application_secret and consumer_key: "
       "one of them is wrong"},
      {400, R"({"message":"Query out of time"})", vm, kind::application, failure::refused,
       "Query out of time (HTTP 400, query EU.ext-1); check this machine's clock: 'timedatectl' "
       "shows whether it is synchronized"},
      {404, R"({"message":"This service does not exist"})", vm, kind::application, failure::refused,
       "This service does not exist (HTTP 404, query EU.ext-1); check that the service's name is "
       "right and belongs to this account"},
      {409, R"({"message":"Busy"})", vm, kind::application, failure::refused,
       "Busy (HTTP 409, query EU.ext-1)"},
      {460, R"({"message":"This service is expired"})", vm, kind::application, failure::refused,
       "This service is expired (HTTP 460, query EU.ext-1); renew the service"},
      {460, "", vm, kind::application, failure::refused,
       "the service has expired (HTTP 460, query EU.ext-1); renew the service"},
      {429, R"({"message":"Too many requests"})", vm, kind::application, failure::throttled,
       "Too many requests (HTTP 429, query EU.ext-1); lower api.requests_per_minute"},
      {500, "", vm, kind::application, failure::server,
       "Internal Server Error (HTTP 500, query EU.ext-1)"},
      {502, "<html><head><TITLE>\n502 Bad Gateway\n</TITLE></head><body>many words</body></html>",
       vm, kind::application, failure::server,
       "an HTML page instead of an answer: '502 Bad Gateway' (HTTP 502, query EU.ext-1)"},
      {503, "<!DOCTYPE html><p>", vm, kind::application, failure::server,
       "an HTML page instead of an answer (HTTP 503, query EU.ext-1)"},
      {408, "<html><title>Timeout</title>", vm, kind::application, failure::server,
       "an HTML page instead of an answer: 'Timeout' (HTTP 408, query EU.ext-1)"},
      {498, "[1,2", vm, kind::application, failure::refused,
       "an error without a message (HTTP 498, query EU.ext-1)"},
      {500, R"({"message":["not a text"]})", vm, kind::application, failure::server,
       "Internal Server Error (HTTP 500, query EU.ext-1)"},
      {301, "", vm, kind::application, failure::answer,
       "a redirect instead of an answer (HTTP 301, query EU.ext-1); check the endpoint's URL"},
  };
  for (const row& r : rows) {
    CAPTURE(r.body);
    const error e = explained(r.status, r.body, r.path, r.with);
    CHECK(words(e) == r.said);
    CHECK(std::string(name(e.kind)) == name(r.failed));
    CHECK(e.http_status == r.status);
  }
}

TEST_CASE("an error about a license has advice that fits its cause") {
  const std::string vm = "/dedicatedCloud/pcc-1/datacenter/12/vm/7";
  const std::string bypass = "; set bypass_guest_os_family_check: true for this VM in the policy "
                             "if it really runs Windows";
  const std::string activate = "; activate Windows licenses for the service in the control panel, "
                               "or ask OVHcloud support to do it";
  struct row {
    int status;
    std::string action, message, advice;
  };
  const row rows[] = {
      {409, "/setLicense", "Busy", "; the VM is busy; it will be tried again"},
      {409, "/removeLicense", "Busy", "; the VM is busy; it will be tried again"},
      {409, "", "Busy", ""},
      {400, "/setLicense", "License X is not compatible with guest OS family Y", bypass},
      {403, "/setLicense", "Wrong Guest OS", bypass},
      {400, "/setLicense", "incompatible system", bypass},
      {400, "/removeLicense", "Wrong Guest OS", ""},
      {400, "/setLicense", "Windows licenses are not activated on this service", activate},
      {400, "/setLicense", "SPLA is missing", activate},
      {403, "/removeLicense", "The option spla is off", activate},
      {400, "/setLicense", "Nothing to display", ""},
      {404, "/setLicense", "The requested object (vmId = 7) does not exist", ""},
      {403, "/setLicense", "No",
       "; allow the IAM action pccVMware:apiovh:datacenter/vm/setLicense on it"},
      {403, "/removeLicense", "No",
       "; allow the IAM action pccVMware:apiovh:datacenter/vm/removeLicense on it"},
  };
  for (const row& r : rows) {
    CAPTURE(r.action);
    CAPTURE(r.message);
    const std::string path = vm + r.action;
    ovh::refusal said;
    said.status = r.status;
    said.method = "POST";
    said.path = path;
    said.asked_with = kind::oauth2;
    said.body = R"({"message":")" + r.message + "\"}";
    CHECK(words(ovh::api_error(said)) ==
          fmt::format("{} (HTTP {}){}", r.message, r.status, r.advice));
  }
}

TEST_CASE("the right to look at tasks is named, whatever is asked of them") {
  for (const char* path : {"/dedicatedCloud/pcc-1/task?state=todo", "/dedicatedCloud/pcc-1/task/1"})
    CHECK(explained(403, R"({"message":"No"})", path, kind::oauth2).advice ==
          "allow the IAM action pccVMware:apiovh:task/get on it");
  CHECK(explained(404, R"({"message":"No task"})", "/dedicatedCloud/pcc-1/task/1").advice.empty());
}

TEST_CASE("only a refusal by the API itself counts as one") {
  const std::string said = R"({"class":"Client::BadRequest","message":"No"})";
  for (const int status : {400, 401, 403, 404, 409, 460}) {
    CAPTURE(status);
    CHECK(ovh::says_no(status, said));
    CHECK(ovh::says_no(status, R"({"message":"No"})"));
    for (const char* other : {"", "{}", "[]", "null", R"({"message":)", R"({"message":1})",
                              "<html><title>400</title></html>"})
      CHECK_FALSE(ovh::says_no(status, other));
  }
  for (const int status : {200, 302, 408, 429, 418, 499, 500, 502, 503, 504})
    CHECK_FALSE(ovh::says_no(status, said));
}

TEST_CASE("a redirect is reported with its target") {
  ovh::refusal r;
  r.status = 302;
  r.location = "https://example.org/\nx";
  CHECK(words(ovh::api_error(r)) == "a redirect to https://example.org/\\x0ax instead of an answer "
                                    "(HTTP 302); check the endpoint's URL");
}

TEST_CASE("texts from outside are shortened, and made safe to print") {
  const error e = explained(400, R"({"class":"A\u001b[31m","message":"one\ntwo\u001b[2J)" +
                                     std::string(500, 'x') + "\"}");
  CHECK(e.api_class == "A\\x1b[31m");
  CHECK(e.message.substr(0, 16) == "one\\x0atwo\\x1b[2");
  CHECK(e.message.size() < 210);
  CHECK(explained(400, "{\"message\":\"\xFF\"}").message == "\xEF\xBF\xBD");
}

TEST_CASE("a body nested without end is no message") {
  CHECK(explained(400, std::string(10'000, '[')).message == "Bad Request");
  CHECK(explained(400, R"({"message":"m","details":)" + std::string(10'000, '[')).message ==
        "Bad Request");
}

TEST_CASE("a refused token request says so in OAuth2's own terms") {
  ovh::refusal r;
  r.status = 401;
  r.body = R"({"error":"invalid_client","error_description":"Unknown client"})";
  CHECK(words(ovh::token_error(r)) == "Unknown client (HTTP 401); check client_id and "
                                      "client_secret, and that they belong to this endpoint");
  CHECK(ovh::token_error(r).api_class == "invalid_client");
  r.body = R"({"error":"invalid_client"})";
  CHECK(ovh::token_error(r).message == "invalid_client");
  r.status = 503;
  r.body = "<html>";
  CHECK(words(ovh::token_error(r)) == "an HTML page instead of an answer (HTTP 503)");
  CHECK(ovh::token_error(r).passing());
}

TEST_CASE("application credentials need the API's time, once and again when it is found wrong") {
  ovh::authorization p(ovh::application_credentials{"AK", secret("AS"), secret("CK")});
  const loop::steady_point now{};
  CHECK_FALSE(p.ready(now));
  p.learn_time({instant(1300s), now});
  CHECK(p.ready(now));
  std::string head;
  ovh::request_head writer(head);
  p.append(writer, "GET", "https://h", "/p", "", now + 5s);
  CHECK(head.find("X-Ovh-Timestamp: 1305\r\n") != std::string::npos);

  head.clear();
  p.append(writer, "POST", "https://h", "/p", "{}", now);
  CHECK(head.ends_with(
      "X-Ovh-Signature: " +
      ovh::signature({"AK", secret("AS"), secret("CK")}, "POST", "https://h", "/p", "{}", 1300) +
      "\r\n"));

  const error late = explained(400, R"({"message":"Query out of time"})");
  const auto edition = p.edition();
  CHECK(p.renew_after(late, edition));
  CHECK_FALSE(p.ready(now));
  p.learn_time({instant(1400s), now});
  CHECK(
      p.renew_after(late, edition)); // asked with the old time: worth a try, but the new one stays
  CHECK(p.ready(now));
  CHECK_FALSE(p.renew_after(explained(401, ""), p.edition()));
}

TEST_CASE("an OAuth2 token is renewed a while before it expires, and after a 401") {
  ovh::authorization p(ovh::oauth2_credentials{"i d", secret("s&s")});
  const loop::steady_point now{};
  CHECK(p.token_form() ==
        "grant_type=client_credentials&scope=all&client_id=i%20d&client_secret=s%26s");
  CHECK_FALSE(p.ready(now));
  p.learn_token(secret("T"), 3600s, now);
  CHECK(p.ready(now + 3539s));
  CHECK_FALSE(p.ready(now + 3540s));
  p.learn_token(secret("T"), 100s, now);
  CHECK(p.ready(now + 89s));
  CHECK_FALSE(p.ready(now + 90s));
  const auto edition = p.edition();
  CHECK(p.renew_after(explained(401, ""), edition));
  CHECK_FALSE(p.ready(now));
  CHECK_FALSE(p.renew_after(explained(403, ""), edition));
}

TEST_CASE("a ready token is sent as it is and cannot be renewed") {
  const ovh::authorization p(ovh::token_credentials{secret("T")});
  CHECK(p.ready({}));
  std::string head;
  ovh::request_head writer(head);
  p.append(writer, "GET", "https://h", "/p", "", {});
  CHECK(head == "Authorization: Bearer T\r\n");
  ovh::authorization q = p;
  CHECK_FALSE(q.renew_after(explained(401, ""), q.edition()));
}

TEST_CASE("a secret that the other side repeats is taken out of the error") {
  const ovh::authorization p(
      ovh::application_credentials{"AK", secret("the-secret"), secret("the-consumer")});
  error e = explained(
      400, R"({"class":"the-secret","message":"bad the-secret, the-consumer, the-secret"})");
  p.redact(e);
  CHECK(words(e) == "bad ***, ***, *** (HTTP 400, query EU.ext-1)");
  CHECK(e.api_class == "***");
}

TEST_CASE("that a license does not go with the guest OS is understood from the API's words") {
  const auto of = [](const char* message) {
    error e;
    e.message = message;
    return ovh::license_refusal_of(e);
  };
  using ovh::license_refusal;
  CHECK(
      of("License windows 2022 Standard is not compatible with guest OS family debian11_64Guest") ==
      license_refusal::guest_os);
  CHECK(of("GuestOsFamily does not fit") == license_refusal::guest_os);
  CHECK(of("Another task is running") == license_refusal::other);
  CHECK(of("") == license_refusal::other);
}
