// The metrics of the store and of the process.

import AccountStore
import Accounts
import Metrics

extension Telemetry {
    private typealias Label = MetricFamily.Label

    var storeFamilies: [MetricFamily] {
        let (store, size, figures) = (counts.store, file.size, cache?.figures ?? .init())
        return [
            .histogram("accountd_writer_batch_writes", "Writes in one transaction.", [([], store.batches.reading)]),
            .histogram(
                "accountd_writer_commit_seconds", "From the begin of a transaction until it is on the disk.",
                [([], store.commits.reading)], unit: 1e9),
            .counter(
                "accountd_writer_failed_commits_total", "Transactions that failed, with every write in them.",
                Double(store.failedCommits.value)),
            .gauge(
                "accountd_writer_waiting", "Writes that wait for the next transaction.", Double(writer.load.waiting)),
            .counter(
                "accountd_session_cache_lookups_total", "Sessions that were looked for in memory.",
                [([Label("result", "hit")], figures.hits), ([Label("result", "miss")], figures.misses)]),
            .gauge("accountd_session_cache_sessions", "Sessions in memory.", Double(figures.sessions)),
            .gauge("accountd_session_cache_capacity", "Sessions that memory may hold.", Double(figures.capacity)),
            .gauge("accountd_store_database_bytes", "Size of the database file.", Double(size.database)),
            .gauge("accountd_store_wal_bytes", "Size of the log of writes beside it.", Double(size.log)),
            .gauge("accountd_store_free_bytes", "What is free of its file system.", Double(size.free)),
            .gauge("accountd_store_filesystem_bytes", "Size of its file system.", Double(size.fileSystem)),
            .counter(
                "accountd_store_checkpoints_total", "Moves of the log of writes into the database file.",
                [
                    ([Label("result", "ok")], store.checkpoints.value),
                    ([Label("result", "failed")], store.failedCheckpoints.value),
                ]),
            .gauge(
                "accountd_store_last_checkpoint_timestamp_seconds", "When that was done last; 0 for not yet.",
                store.lastCheckpoint.map { Double($0.microseconds) / 1e6 } ?? 0),
            .gauge(
                "accountd_backup_last_success_timestamp_seconds",
                "When the newest complete backup in backup.path was begun; 0 for none.",
                lastBackup().map { Double($0.microseconds) / 1e6 } ?? 0),
        ]
    }

    var processFamilies: [MetricFamily] {
        let process = ProcessFigures()
        return [
            .gauge(
                "accountd_process_resident_memory_bytes", "Memory in use.", Double(process.residentMemory)),
            .counter("accountd_process_cpu_seconds_total", "Processor time of all threads.", process.processorTime),
            .gauge(
                "accountd_process_start_time_seconds", "When the daemon started, since 1970 UTC.",
                Double(startedAt.microseconds) / 1e6),
            .gauge("accountd_process_open_fds", "Open descriptors.", Double(process.descriptors)),
            .gauge("accountd_process_max_fds", "Descriptors that may be open.", Double(process.maximumDescriptors)),
            .gauge("accountd_process_threads", "Threads.", Double(process.threads)),
            .gauge("accountd_build_info", "1, with the version.", [([Label("version", version)], 1)]),
        ]
    }
}
