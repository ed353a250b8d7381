// The metrics of what is done with accounts, and of what is refused.

import AccountService
import AccountStore
import Accounts
import Dialects
import Metrics

extension Telemetry {
    private typealias Label = MetricFamily.Label

    var accountFamilies: [MetricFamily] {
        [
            outcomes("accountd_sign_ins_total", "Passwords that were tried, by what came of it.", .signIn),
            outcomes("accountd_registrations_total", "Registrations, by what came of them.", .registration),
            outcomes("accountd_refreshes_total", "Refresh tokens that were shown, by what came of it.", .refresh),
            outcomes("accountd_pictures_total", "Pictures that were sent, by what came of them.", .picture),
            .histogram(
                "accountd_password_hash_seconds", "Time to make the stored form of a password, or to check one.",
                [
                    ([Label("work", "hash")], counts.hashes.hash.reading),
                    ([Label("work", "verify")], counts.hashes.verify.reading),
                ], unit: 1e9),
            .counter(
                "accountd_limit_refusals_total", "Requests that were answered 429, by the limit that they reached.",
                counts.refusals.values.map { ([Label("limit", $0.case.rawValue)], $0.value) }),
            .gauge("accountd_limit_buckets", "Buckets of limits in memory.", Double(buckets?.count ?? 0)),
            .counter(
                "accountd_audit_events_total", "Events that were added to the audit trail.",
                counts.store.recorded.values.map { ([Label("event", $0.case.rawValue)], $0.value) }),
            .counter(
                "accountd_audit_unrecorded_total", "Refusals of which the audit trail has only the sum.",
                counts.store.unrecorded.values.filter { AuditEvent.refusals.contains($0.case) }
                    .map { ([Label("event", $0.case.rawValue)], $0.value) }),
        ]
    }

    private func outcomes(_ name: String, _ help: String, _ operation: CountedOperation) -> MetricFamily {
        .counter(
            name, help,
            counts.requests.values(of: operation).map {
                ([Label("dialect", $0.dialect), Label("outcome", $0.outcome.rawValue)], $0.count)
            })
    }
}
