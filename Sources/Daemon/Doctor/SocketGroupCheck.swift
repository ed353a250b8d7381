// Who may write to accountd's socket beside nginx: all of them could pose as it.

import Foundation
import Glibc

/// Who may write to the socket beside nginx.
struct SocketGroupFacts {
    var socket: String
    var group: String
    var mode: UInt32
    /// Users in the group, nginx's own and accountd's left out.
    var users: [String]
    /// Names of programs that run in the group, nginx and accountd left out.
    var programs: [String]
    /// Whether nginx proves itself by a key.
    var hasGatewayKey: Bool

    /// The facts of a socket; nil where it is not there.
    static func gather(_ socket: String, nginxUser: String, hasGatewayKey: Bool) -> SocketGroupFacts? {
        var status = stat()
        guard stat(socket, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        let group = getgrgid(status.st_gid)?.pointee
        var users: Set<String> = []
        var member = group?.gr_mem
        while let name = member?.pointee {
            users.insert(String(cString: name))
            member = member?.successor()
        }
        setpwent()
        while let user = getpwent()?.pointee {
            if user.pw_gid == status.st_gid, let name = user.pw_name { users.insert(String(cString: name)) }
        }
        endpwent()
        let known: Set<String> = ["root", nginxUser, userName(status.st_uid)]
        return SocketGroupFacts(
            socket: socket, group: group.map { String(cString: $0.gr_name) } ?? "\(status.st_gid)",
            mode: status.st_mode & 0o7777, users: users.subtracting(known).sorted(),
            programs: status.st_gid == 0 ? [] : programs(in: status.st_gid), hasGatewayKey: hasGatewayKey)
    }

    private static func programs(in group: gid_t) -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int($0) } ?? []
        let names = processes.compactMap { process -> String? in
            guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
                let name = text.firstMatch(of: /Name:\t(.*)/)?.output.1,
                let user = text.firstMatch(of: /Uid:\t(\d+)/)?.output.1, user != "0",
                let groups = text.firstMatch(of: /(?m)^Groups:\t(.*)/)?.output.1,
                let own = text.firstMatch(of: /(?m)^Gid:\t(.*)/)?.output.1
            else { return nil }
            let all = (groups + " " + own).split(whereSeparator: \.isWhitespace)
            return all.contains("\(group)") ? String(name) : nil
        }
        return Set(names).subtracting(["nginx", "accountd"]).sorted()
    }

    var findings: [Finding] {
        if mode & 0o002 != 0 {
            return [
                Finding(
                    .socketGroup, .error,
                    "everybody on this machine may write to \(socket) (mode \(octal(mode))), and so pose as nginx",
                    "chmod o-w \(shellQuoted(socket)), and set SocketMode=0660 in accountd.socket, or server.socket_mode"
                )
            ]
        }
        let others = users + programs
        guard !others.isEmpty else { return [.ok(.socketGroup, "nobody but nginx may write to \(socket)")] }
        return [
            Finding(
                .socketGroup, hasGatewayKey ? .note : .warning,
                "beside nginx, these are in the group \(group) and may write to \(socket): \(others.joined(separator: ", "))",
                hasGatewayKey
                    ? "nothing, as long as they cannot read nginx's gateway key"
                    : "set a gateway key (server.gateway_key_file), so that they cannot pose as nginx, or take them out of the group"
            )
        ]
    }
}
