// Methods that only look (RFC 9110, section 9.2.1), on every path of every dialect; and credentials where they would end up in logs.

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct SafeMethodTests {
    @Test(
        "GET, HEAD, OPTIONS and TRACE change nothing on any path, signed in or not", arguments: RouteRow.all,
        [HTTP.Method.get, .head, .options, .trace])
    func safe(row: RouteRow, method: HTTP.Method) throws {
        let site = try Site()
        let cast = try Cast(site)
        let before = try site.installation.dump()
        for headers in [[:], cast.headers(row.dialect)] as [Headers] {
            let response = site.send(method, row.path(about: cast.anna), headers, json: row.body())
            #expect(response.code < 500)
        }
        #expect(try site.installation.dump() == before)
        #expect(site.events.isEmpty)
    }

    @Test("a credential in the query is none", arguments: RouteRow.all.filter { $0.route.access.needsSignIn })
    func query(row: RouteRow) throws {
        let site = try Site()
        let cast = try Cast(site)
        let text = ["token", "auth_token", "access", "jwt", "sessionid", "Authorization", "access_token"].flatMap {
            key in
            ["<token>", "<single>", "<access>", "<cookie>"].map { "\(key)=\(cast.fill($0))" }
        }.joined(separator: "&")
        let head = Request.Head(method: row.route.method, path: row.path(about: cast.anna), query: text)
        let before = try site.installation.dump()
        let response = site.send(head, Body(row.body().bytes))
        #expect(response.code == 401 || response.code == 403)
        #expect(try site.installation.dump() == before)
    }
}
