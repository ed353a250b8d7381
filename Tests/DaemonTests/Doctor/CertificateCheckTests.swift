// Certificates that are good, end soon, have ended, or are for another name; made by openssl(1).

import Accounts
import Foundation
import Testing

@testable import Daemon

@Suite struct CertificateCheckTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func certificate(_ name: String, days: Int) throws -> String {
        let path = "\(folder.path)/\(name).crt"
        let answer = try #require(
            ProgramOutput(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "\(days)",
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", "\(folder.path)/key",
                    "-out", path,
                ]))
        #expect(answer.status == 0, "\(answer.text)")
        return path
    }

    private func found(_ path: String, _ names: [String], after days: Int64 = 0) -> [String] {
        let server = NginxServer(
            names: names, ports: [], certificates: [path], place: "", locations: [], trustedProxies: [])
        let now = AccountDaemon.systemClock().adding(seconds: days * 86_400)
        return outcomes(CertificateFacts.gather([server], now: now).flatMap(\.findings))
    }

    @Test("a certificate is told three weeks before its end, and when it has ended")
    func end() throws {
        let path = try certificate("a.example", days: 90)
        #expect(found(path, ["a.example"]) == ["certificate ok"])
        #expect(found(path, ["a.example"], after: 68) == ["certificate ok"])
        #expect(found(path, ["a.example"], after: 70) == ["certificate warning"])
        #expect(found(path, ["a.example"], after: 91) == ["certificate error"])
    }

    @Test("a name of the server that it is not for is told; wildcards and patterns are no names")
    func names() throws {
        let path = try certificate("*.a.example", days: 90)
        #expect(found(path, ["b.a.example", "*.a.example", "~^x", "_"]) == ["certificate ok"])
        #expect(found(path, ["b.example"]) == ["certificate warning"])
    }

    @Test("a file that is missing or holds no certificate is an error, one by a variable nobody's")
    func broken() throws {
        #expect(found("/nowhere.crt", []) == ["certificate error"])
        #expect(found(try folder.write("nothing", to: "a.crt"), []) == ["certificate error"])
        #expect(found("/etc/$ssl_server_name.crt", []) == [])
    }
}
