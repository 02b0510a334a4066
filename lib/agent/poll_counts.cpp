#include "agent/poll_counts.hpp"

namespace ovhl::agent {

poll_report next_report(const polls& so_far, instant now) {
  poll_report report;
  report.number = so_far.last.finished_at ? so_far.last.number + 1 : 1;
  report.started_at = now;
  return report;
}

void count(polls& all, const poll_report& report, instant now) {
  all.last = {report.number,  report.started_at, now, !report.failed, report.complete,
              report.seconds, report.requests,   {}};
  all.finished_at = now;
  if (report.complete) all.succeeded_at = now;
  if (!report.complete && !report.failed) all.partial_at = now;
  ++(report.complete ? all.succeeded : report.failed ? all.failed : all.partial);
  all.failures = report.failed ? all.failures + 1 : 0;
}

void count_bug(polls& all) {
  ++all.failed;
  ++all.failures;
  all.last.ok = all.last.complete = false;
}

} // namespace ovhl::agent
