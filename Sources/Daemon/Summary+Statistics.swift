// The summary as administrators are told it: a name and a number each.

import AccountStore
import Administration

extension Summary {
    /// The numbers by their names, in the order in which they are shown.
    var statistics: [Statistic] {
        [
            Statistic("uptime_seconds", Double(uptime)), Statistic("requests", Double(requests)),
        ]
            + requestsByClass.sorted { $0.key < $1.key }.map { Statistic("requests_\($0.key)xx", Double($0.value)) }
            + [
                Statistic("sign_ins", Double(signIns)), Statistic("sign_ins_failed", Double(failedSignIns)),
                Statistic("sign_ins_throttled", Double(throttledSignIns)),
            ]
            + lanes.flatMap { lane in
                [
                    Statistic("lane_\(lane.name)_running", Double(lane.running)),
                    Statistic("lane_\(lane.name)_waiting", Double(lane.waiting)),
                    Statistic("lane_\(lane.name)_capacity", Double(lane.capacity)),
                ]
            }
            + [
                Statistic("connections", Double(connections)), Statistic("writes_waiting", Double(writesWaiting)),
                Statistic("commits_failed", Double(failedCommits)),
                Statistic("database_bytes", Double(store.database)), Statistic("log_bytes", Double(store.log)),
                Statistic("free_bytes", Double(store.free)),
                Statistic("resident_memory_bytes", Double(residentMemory)),
            ]
    }
}
