// What a daemon tells of itself in numbers, over its socket and to its owner.

import AccountStore
import FastCGI
import Foundation
import HTTP
import Metrics
import Testing

@testable import Daemon

@Suite struct TelemetryTests {
    private static let vera = #"{"username":"vera","password":"battery staple"}"#

    private func scrape(_ daemon: RunningDaemon) throws -> String {
        let answer = try daemon.connect().exchange("GET", "/-/metrics", from: "127.0.0.1")
        #expect(answer.status == 200)
        return answer.body
    }

    private func expect(_ text: String, has lines: [String], at location: SourceLocation = #_sourceLocation) {
        let found = Set(text.split(separator: "\n").map(String.init))
        for line in lines { #expect(found.contains(line), sourceLocation: location) }
    }

    @Test("metrics are for this machine, for reading, and never kept")
    func scraping() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        let client = try daemon.connect()
        let answer = try client.exchange("GET", "/-/metrics", from: "::1")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.body.hasPrefix("# HELP accountd_requests_total "))
        #expect(answer.body.hasSuffix("\naccountd_build_info{version=\"\(version)\"} 1\n"))
        let head = try client.exchange("HEAD", "/-/metrics", from: "127.0.0.1")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        let posted = try client.exchange("POST", "/-/metrics", from: "127.0.0.1")
        #expect(posted.status == 405)
        #expect(posted.headers["allow"] == "GET, HEAD")
        for address in ["192.0.2.1", "10.127.0.0", "::", "::ffff:192.0.2.1", "unix:", ""] {
            let refused = try client.exchange("GET", "/-/metrics", from: address)
            #expect(refused.status == 403)
            #expect(refused.body == #"{"detail":"Metrics are for this machine only."}"#)
        }
        expect(
            try scrape(daemon),
            has: [
                #"accountd_requests_total{dialect="none",route="/-/metrics",method="GET",status="200"} 1"#,
                #"accountd_requests_total{dialect="none",route="/-/metrics",method="HEAD",status="200"} 1"#,
                #"accountd_requests_total{dialect="none",route="/-/metrics",method="POST",status="405"} 1"#,
                #"accountd_requests_total{dialect="none",route="/-/metrics",method="GET",status="403"} 6"#,
            ])
    }

    @Test(
        "an address is this machine's own in whichever form",
        arguments: [
            ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("0:0:0:0:0:0:0:1", true),
            ("::ffff:127.0.0.1", true), ("::2", false), ("::127.0.0.1", false), ("128.0.0.1", false),
            ("127.0.0.1\0", false), ("127.1", false), ("localhost", false), ("fe80::1", false),
        ])
    func loopback(address: String, isOwn: Bool) {
        #expect(isLoopback(address) == isOwn)
    }

    @Test("what was done is told, with its route, its outcome, its event and its time")
    func story() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        let client = try daemon.connect()
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        let token = try client.exchange("POST", "/auth/token/login/", json: Self.vera).body
            .dropFirst(#"{"auth_token":""#.count).dropLast(2)
        let wrong = Self.vera.replacingOccurrences(of: "staple", with: "stable")
        for _ in 0..<2 { #expect(try client.exchange("POST", "/auth/token/login/", json: wrong).status == 400) }
        for path in ["/auth/users/me", "/auth/users/me/", "/user/1/"] {
            let answer = try client.exchange("GET", path, [("HTTP_AUTHORIZATION", "Token \(token)")])
            #expect(answer.status == 200)
        }
        #expect(try client.exchange("GET", "/no\"where\\").status == 404)
        let text = try scrape(daemon)
        expect(
            text,
            has: [
                #"accountd_requests_total{dialect="djoser",route="/auth/users",method="POST",status="200"} 1"#,
                #"accountd_requests_total{dialect="djoser",route="/auth/token/login",method="POST",status="200"} 1"#,
                #"accountd_requests_total{dialect="djoser",route="/auth/token/login",method="POST",status="400"} 2"#,
                #"accountd_requests_total{dialect="djoser",route="/auth/users/me",method="GET",status="200"} 2"#,
                #"accountd_requests_total{dialect="djoser",route="/user/{id}",method="GET",status="200"} 1"#,
                #"accountd_requests_total{dialect="none",route="none",method="GET",status="404"} 1"#,
                #"accountd_requests_total{dialect="session",route="/core/login",method="POST",status="200"} 0"#,
                #"accountd_registrations_total{dialect="djoser",outcome="ok"} 1"#,
                #"accountd_sign_ins_total{dialect="djoser",outcome="ok"} 1"#,
                #"accountd_sign_ins_total{dialect="djoser",outcome="failed"} 2"#,
                #"accountd_sign_ins_total{dialect="token",outcome="ok"} 0"#,
                #"accountd_audit_events_total{event="account.registered"} 1"#,
                #"accountd_audit_events_total{event="auth.login.ok"} 1"#,
                #"accountd_password_hash_seconds_count{work="hash"} 1"#,
                #"accountd_password_hash_seconds_count{work="verify"} 3"#,
                #"accountd_lane_wait_seconds_count{lane="hash"} 4"#,
                #"accountd_lane_waiting{lane="hash"} 0"#,
                #"accountd_lane_threads{lane="hash"} 1"#,
                #"accountd_lane_capacity{lane="hash"} \#(daemon.configuration.server.hashQueue)"#,
                #"accountd_session_cache_lookups_total{result="miss"} 1"#,
                #"accountd_session_cache_lookups_total{result="hit"} 2"#,
                "accountd_session_cache_sessions 1", "accountd_connections 2",
                "accountd_writer_failed_commits_total 0",
            ])
        #expect(!text.contains("where\\"), "no path is told")
        let commits = text.matches(of: /\naccountd_writer_commit_seconds_count (\d+)\n/).compactMap { Int($0.output.1) }
        #expect(commits.count == 1 && commits[0] >= 2)
        // Counted once the bytes are gone, which who reads them does not wait for.
        #expect(eventually { daemon.metrics.contains("accountd_request_duration_seconds_count{lane=\"hash\"} 4\n") })
    }

    @Test("requests that no dialect answers are told as well, each once")
    func others() throws {
        let folder = try TemporaryFolder()
        let key = try folder.write(String(repeating: "a", count: 64) + "\n", to: "gateway.key")
        chmod(key, 0o600)
        let daemon = try RunningDaemon(in: folder) {
            $0.server.gatewayKeyFile = key
            $0.openapi.isEnabled = true
        }
        let client = try daemon.connect()
        let proof = ("ACCOUNTD_GATEWAY_KEY", String(repeating: "a", count: 64))
        #expect(try client.exchange("GET", "/-/metrics", from: "127.0.0.1").status == 403)
        #expect(try client.exchange("GET", "/core/profile").status == 403)
        for path in ["/-/live", "/-/ready", "/-/openapi/token.json", "/-/openapi/djoser.json"] {
            #expect(try client.exchange("GET", path, [proof]).status == 200)
        }
        #expect(try client.exchange("GET", "/a", [proof, ("DOCUMENT_URI", "/b")]).status == 400)
        expect(
            daemon.metrics,
            has: [
                #"accountd_requests_total{dialect="none",route="none",method="GET",status="403"} 2"#,
                #"accountd_requests_total{dialect="none",route="/-/live",method="GET",status="200"} 1"#,
                #"accountd_requests_total{dialect="none",route="/-/ready",method="GET",status="200"} 1"#,
                #"accountd_requests_total{dialect="none",route="/-/openapi/{name}",method="GET",status="200"} 2"#,
                #"accountd_requests_total{dialect="none",route="none",method="other",status="400"} 1"#,
                #"accountd_transport_events_total{event="fastcgi.bad_request"} 1"#,
            ])
        #expect(daemon.summary.requests == 7)
    }

    @Test("of many connections at once no request is lost or counted twice")
    func exact() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder()) { $0.server.threads = 4 }
        let socket = daemon.folder.path + "/socket"
        let done = DispatchGroup()
        for number in 0..<8 {
            done.enter()
            Thread.detachNewThread {
                if let client = try? GatewayClient(path: socket) {
                    for turn in 0..<250 {
                        _ = try? client.exchange(
                            "GET", turn % 2 == 0 ? "/core/profile" : "/user/\(number * 250 + turn)")
                    }
                }
                done.leave()
            }
        }
        done.wait()
        expect(
            daemon.metrics,
            has: [
                #"accountd_requests_total{dialect="session",route="/core/profile",method="GET",status="403"} 1000"#,
                #"accountd_requests_total{dialect="djoser",route="/user/{id}",method="GET",status="401"} 1000"#,
            ])
        #expect(daemon.stop())
        expect(
            daemon.metrics,
            has: [
                #"accountd_request_duration_seconds_count{lane="fast"} 2000"#,
                #"accountd_request_duration_seconds_bucket{lane="fast",le="+Inf"} 2000"#, "accountd_connections 0",
            ])
        #expect(daemon.summary.requestsByClass == [2: 0, 3: 0, 4: 2000, 5: 0])
    }

    @Test("the summary has the numbers of the moment, and a line for systemd")
    func summary() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        #expect(daemon.summary.line == "Answering; 0 requests, 0 signing in, 0 waiting")
        let client = try daemon.connect()
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        #expect(daemon.summary.line.hasPrefix("Answering; 1 request, "))
        #expect(try client.exchange("POST", "/auth/token/login/", json: Self.vera).status == 200)
        #expect(try client.exchange("POST", "/auth/token/login/", json: "{").status == 400)
        let summary = daemon.summary
        #expect(summary.version == version)
        #expect((0..<60).contains(summary.uptime))
        #expect(summary.requests == 3)
        #expect(summary.requestsByClass == [2: 2, 3: 0, 4: 1, 5: 0])
        #expect((summary.signIns, summary.failedSignIns, summary.throttledSignIns) == (1, 0, 0))
        #expect(summary.connections == 1)
        #expect(summary.lanes.map(\.name) == ["hash", "picture"])
        #expect(summary.lanes.map(\.waiting) == [0, 0])
        #expect((summary.writesWaiting, summary.failedCommits) == (0, 0))
        #expect(summary.store.database > 0)
        #expect(summary.store.log > 0)
        #expect(summary.residentMemory > 1 << 20)
        #expect(
            [0, 999, 1000, 12_345, 1_234_567, -1000].map(Summary.grouped) == [
                "0", "999", "1,000", "12,345", "1,234,567", "-1,000",
            ])
    }

    @Test("what the kernel says of this process is told")
    func process() throws {
        let before = ProcessFigures()
        let files = try (0..<5).map { _ in try #require(FileHandle(forReadingAtPath: "/proc/self/stat")) }
        let after = ProcessFigures()
        #expect(before.descriptors > 2)
        // Other tests open and close as well; these five are there in any case.
        #expect(files.count == 5 && after.descriptors >= 7)
        #expect(after.processorTime >= before.processorTime && before.processorTime > 0)
        #expect(before.threads > 0)
        #expect(before.maximumDescriptors >= before.descriptors)
        #expect(before.residentMemory > 1 << 20)
    }

    @Test("each event of the edge is counted, under the name that the log gives it")
    func troubles() {
        let counts = ServerCounts()
        let failure = SystemError(call: "open", code: 28)
        let events: [(FastCGI.Event, String)] = [
            (.protocolError(.unreadAnswers), "fastcgi.protocol_error"),
            (.badRequest(.missingPath), "fastcgi.bad_request"),
            (.unsendableHeader(requestID: "", name: ""), "fastcgi.unsendable_header"),
            (.answerNotWritten(requestID: ""), "fastcgi.answer_not_written"),
            (.abandoned(requestID: ""), "fastcgi.abandoned"), (.timedOut(connections: 3), "fastcgi.timed_out"),
            (.connectionLimitReached(1), "fastcgi.connection_limit"),
            (.bufferLimitReached(bytes: 1), "fastcgi.buffer_limit"), (.spoolFailed(failure), "fastcgi.spool_failed"),
            (.spoolLimitReached(bytes: 1), "fastcgi.spool_limit"), (.acceptFailed(failure), "fastcgi.accept_failed"),
            (.connectionFailed(failure), "fastcgi.connection_failed"),
        ]
        for (number, (event, name)) in events.enumerated() {
            counts.count(event)
            let values = counts.troubles.values
            #expect(values.first { $0.case.rawValue == name }?.value == (name == "fastcgi.timed_out" ? 3 : 1))
            #expect(values.filter { $0.value > 0 }.count == number + 1)
        }
        counts.count(.laneFull(.hash))
        counts.count(.priorityUnchanged(failure))
        #expect(counts.lanes.map { $0.refusals.value } == [0, 1, 0])
        #expect(events.count == ServerCounts.Trouble.allCases.count)
    }
}
