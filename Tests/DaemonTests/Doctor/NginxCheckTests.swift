// nginx's shipped configuration as the doctor sees it, and with one fault after another.

import Foundation
import Testing

@testable import Daemon

@Suite struct NginxCheckTests {
    private static let key: String = String(repeating: "k3y-", count: 8)
    private static let socket = "unix:/run/accountd/accountd.sock"

    /// A change of one of the shipped files, and what is found then.
    struct Fault: Sendable, CustomTestStringConvertible {
        let file: String
        let old: String
        let new: String
        let outcomes: [String]
        var testDescription: String { "\(file): \(new)" }

        init(_ file: String, _ old: String, _ new: String, _ outcomes: String...) {
            (self.file, self.old, self.new, self.outcomes) = (file, old, new, outcomes)
        }
    }

    private let folder: TemporaryFolder
    private static let shipped = systemdFolder.deletingLastPathComponent().appendingPathComponent("nginx")

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The findings of the shipped files, with one of them changed, that are not good.
    private func findings(
        _ fault: Fault? = nil, keys: String? = Self.key, _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> [Finding] {
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.shipped.path) {
            var text = try String(contentsOf: Self.shipped.appendingPathComponent(name), encoding: .utf8)
                .replacing("/etc/nginx/snippets/", with: folder.path + "/")
                .replacing("/etc/accountd/nginx-gateway-key", with: folder.path + "/nginx-gateway-key")
            if let fault, fault.file == name {
                #expect(text.contains(fault.old))
                text = text.replacing(fault.old, with: fault.new)
            }
            _ = try folder.write(text, to: name)
        }
        var key = "fastcgi_param ACCOUNTD_GATEWAY_KEY \(Self.key);"
        if let fault, fault.file == "nginx-gateway-key.conf" { key = fault.new }
        _ = try folder.write(key, to: "nginx-gateway-key.conf")
        let main = try folder.write(
            "user web; pid /run/n.pid; http { include accountd-http.conf; include accountd-limits-http*.conf; include site.conf; }",
            to: "nginx.conf")
        let site = NginxSite(try NginxText.read(main), socket: Self.socket)
        #expect(site.user == "web" && site.pidFile == "/run/n.pid")
        var configuration = Configuration()
        change(&configuration)
        let keys = try keys.map { try GatewayKeys(Array($0.utf8)) }
        let all = NginxFacts(site: site, configuration: configuration, keys: keys).findings
        _ = outcomes(all)
        return all.filter { $0.severity != .ok }
    }

    @Test("the shipped files are good, with the defaults of both sides")
    func good() throws {
        #expect(try findings() == [])
    }

    private static let server = "accountd-server.conf"
    static let faults = [
        Fault("nginx-gateway-key.conf", "", "", "nginx-key error"),
        Fault(
            "nginx-gateway-key.conf", "", "fastcgi_param ACCOUNTD_GATEWAY_KEY another-key-of-the-right-length-00;",
            "nginx-key error"),
        Fault(
            server, "location /core/ { fastcgi_pass accountd; }",
            "location /core/ { fastcgi_param X y; fastcgi_pass accountd; }",
            "nginx-key error", "nginx-address error"),
        Fault(server, "$remote_addr;", "$http_x_forwarded_for;", "nginx-address error"),
        Fault(server, "fastcgi_param REMOTE_ADDR     $remote_addr;", "", "nginx-address error"),
        Fault(server, "client_max_body_size 128k;", "client_max_body_size 64k;", "nginx-body warning"),
        Fault(server, "client_max_body_size 128k;", "", "nginx-body note"),
        Fault(
            server, "{ client_max_body_size 5248k; fastcgi_pass accountd; }", "{ fastcgi_pass accountd; }",
            "nginx-body warning"),
        Fault(
            server, "location /update_profile { client_max_body_size 5248k;",
            "location /update_profile { client_max_body_size 1g;", "nginx-body note"),
        Fault(server, "location /obtain_token ", "location /else ", "nginx-paths warning"),
        Fault(
            server, "location /user/ { fastcgi_pass accountd; }", "location /user/ { fastcgi_pass other; }",
            "nginx-paths warning"),
        Fault("site.conf", "    listen 443 ssl http2;", "    listen 443 ssl http2; listen 8080;", "nginx-tls error"),
        Fault(
            "site.conf", "    listen 443 ssl http2;", "    listen 443 ssl http2; listen 127.0.0.1:8080;",
            "nginx-tls note"),
        Fault("accountd-limits-tries.conf", "limit_req zone", "# limit_req zone", "nginx-limits warning"),
        Fault("site.conf", "server_tokens off;", "set_real_ip_from 0.0.0.0/0;", "nginx-address error"),
    ]

    @Test("one fault after another is found, and nothing else", arguments: faults)
    func isFound(fault: Fault) throws {
        let found = Set(try findings(fault).map { "\($0.check.rawValue) \($0.severity.rawValue)" })
        #expect(found == Set(fault.outcomes))
    }

    @Test("limits of accountd that nginx does not have, and a key that only one side has, are found")
    func otherSide() throws {
        func found(keys: String? = Self.key, _ change: (inout Configuration) -> Void = { _ in }) throws -> Set<String> {
            Set(try findings(keys: keys, change).map { "\($0.check.rawValue) \($0.severity.rawValue)" })
        }
        #expect(try found { $0.limits.body = 1_048_576 } == ["nginx-body warning"])
        #expect(try found { $0.pictures.maximumSize = 10_485_760 } == ["nginx-body warning"])
        #expect(try found(keys: nil) == ["nginx-key warning"])
        #expect(try found(keys: "\(Self.key)\nanother-key-of-the-right-length-00") == [])
    }

    @Test("nginx that does not run, does not take its configuration or passes nothing to accountd is an error")
    func program() {
        var facts = NginxProgramFacts(configurationPath: "/etc/nginx/nginx.conf", socket: Self.socket)
        (facts.servers, facts.isRunning, facts.objections) = (1, true, "")
        #expect(outcomes(facts.findings) == ["nginx ok"])
        facts.servers = 0
        #expect(outcomes(facts.findings) == ["nginx error"])
        (facts.isRunning, facts.objections) = (false, "[emerg] unknown directive")
        #expect(outcomes(facts.findings) == ["nginx error", "nginx error", "nginx error"])
        facts.failure = NginxReadFailure(place: "/etc/nginx/a", message: "Permission denied", isForbidden: true)
        #expect(outcomes(facts.findings) == ["nginx note"])
        facts.failure = NginxReadFailure(place: "/etc/nginx/a:3", message: "a block has no end")
        #expect(outcomes(facts.findings) == ["nginx error"])
    }

    @Test("nginx's choice of a location: exact, longest prefix, pattern")
    func locations() throws {
        let main = try folder.write(
            """
            http { server { listen 80;
              location / { fastcgi_pass \(Self.socket); }
              location = /a { fastcgi_pass \(Self.socket); }
              location /a/ { location /a/b { fastcgi_pass \(Self.socket); } }
              location ^~ /c/ { fastcgi_pass \(Self.socket); }
              location ~ \\.PHP$ { return 404; }
              location ~* \\.gif$ { return 404; }
            } }
            """, to: "nginx.conf")
        let server = try #require(NginxSite(try NginxText.read(main), socket: Self.socket).servers.first)
        for (path, pattern) in [
            ("/", "/"), ("/x", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/bc", "/a/b"), ("/c/x.PHP", "/c/"),
            ("/x.PHP", #"\.PHP$"#), ("/x.php", "/"), ("/x.GIF", #"\.gif$"#),
        ] { #expect(server.location(of: path)?.pattern == pattern, "\(path)") }
        #expect(server.ports == [.init(address: "*", number: 80, isTLS: false)])
    }

    @Test("answers to a request through nginx say where it ended")
    func request() {
        func found(_ status: Int?, _ text: String = "") -> String {
            outcomes([RequestFacts(url: "https://a.example:443/-/ready", status: status, text: text).finding])[0]
        }
        #expect(found(200) == "request ok")
        #expect(found(nil) == "request note")
        #expect(found(403, #"{"detail":"Not from the gateway."}"#) == "request error")
        #expect(found(403, #"{"detail":"Forbidden."}"#) == "request note")
        for status in [502, 503, 504, 0, 404] { #expect(found(status) == "request error") }
    }
}
