// Pictures and accounts together, with the real program: whatever happens, files and rows agree, and nothing is left over.

import AccountStore
import Accounts
import Foundation
import Pictures
import ServiceFixtures
import Testing

@testable import AccountService

@Suite struct PicturesTests {
    private let installation: Installation
    private let service: AccountService
    private let interruption = Interruption()

    init() throws {
        installation = try Installation()
        service = try installation.service(random: interruption)
    }

    /// Two pixels that Pillow wrote.
    private static let gif = Data(base64Encoded: "R0lGODdhAgABAIAAAAAAAP///ywAAAAAAgABAAACAkQKADs=")

    private func picture(_ bytes: Data? = gif) throws -> AcceptablePicture? {
        let received = try service.receivePicture()
        try received.write(Array(bytes ?? Data())[...])
        return try service.accept(received)
    }

    private func changes(_ picture: AcceptablePicture?) -> ProfileChanges {
        var changes = ProfileChanges()
        changes.picture = .some(picture)
        return changes
    }

    /// The names of pictures that have files, each of which must have all three, and nothing else may lie there.
    private func stored() throws -> Set<String> {
        let root = installation.pictures.folder.path
        let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter {
            $0.contains(".") && $0 != ".incoming"
        }
        let full = files.filter { !$0.hasSuffix("-256.webp") && !$0.hasSuffix("-64.webp") }
        #expect(files.count == 3 * full.count, "\(files)")
        return Set(full.map { ($0 as NSString).lastPathComponent })
    }

    /// That files, rows and queue agree, once the writer has done what was submitted.
    private func agree(_ expected: [String]) throws {
        try installation.writer.write { _ in }
        #expect(try stored() == Set(expected))
        #expect(try installation.reader().pictureRemovals() == [])
        #expect(try installation.count("accounts", where: "picture IS NOT NULL") == expected.count)
    }

    @Test("a picture is stored under a random name, replaced by the next, and removed by null")
    func changed() throws {
        try service.makeAccount()
        let caller = try service.caller(.token)
        let first = try #require(try service.update(caller, with: changes(picture())).picture)
        #expect(first.wholeMatch(of: /[0-9a-f]{32}\.png/) != nil)
        try agree([first])
        let second = try #require(try service.update(caller, with: changes(picture())).picture)
        #expect(second != first)
        try agree([second])
        var renamed = ProfileChanges()
        renamed.firstName = "Anna"
        #expect(try service.update(caller, with: renamed).picture == second)
        try agree([second])
        #expect(try service.update(caller, with: changes(nil)).picture == nil)
        try agree([])
    }

    @Test("an account is made with its picture, and takes it along when it goes")
    func registered() throws {
        let account = try service.register(
            Registration(username: "anna", email: nil, password: Installation.password, picture: picture())
        ).account
        try agree([try #require(account.picture)])
        try service.delete(service.caller(.token), current: Installation.password)
        try agree([])
    }

    @Test("what is no picture is refused with a cause, and leaves nothing")
    func refused() throws {
        let received = try service.receivePicture()
        try received.write(Array("<svg/>".utf8)[...])
        guard case .refused(let cause) = try service.check(received) else { throw Missing() }
        #expect(cause == "not-a-picture")
        try agree([])
    }

    @Test("a registration that loses its name after its picture was stored leaves no file")
    func lostName() throws {
        let installation = installation
        let picture = try picture()
        let registration = Registration(
            username: "anna", email: nil, password: Installation.password, picture: picture)
        // Between the look at the names and the write comes a request for random bytes.
        interruption.arm { try installation.service().makeAccount("anna") }
        #expect(throws: Rejection(.usernameTaken)) { try service.register(registration) }
        try agree([])
    }

    @Test("a registration that only looks like a success leaves no file")
    func feigned() throws {
        try service.makeAccount()
        var settings = AccountService.Settings()
        settings.revealsTakenEmail = false
        let made = try installation.service(settings: settings).register(
            Registration(username: nil, email: "anna@example.com", password: Installation.password, picture: picture()))
        #expect(made.isFeigned && made.account.picture?.wholeMatch(of: /[0-9a-f]{32}\.png/) != nil)
        try agree([])
    }

    @Test("an update whose session ends meanwhile leaves the picture that was there")
    func endedSession() throws {
        try service.makeAccount()
        let caller = try service.caller(.token)
        let kept = try #require(try service.update(caller, with: changes(picture())).picture)
        let next = try picture()
        let (installation, id) = (installation, caller.session.id)
        interruption.arm { try installation.writer.write { try $0.end(sessionID: id) } }
        #expect(throws: Rejection(.credential(.unknown))) { try service.update(caller, with: changes(next)) }
        try agree([kept])
    }

    @Test("of pictures that are sent at the same moment one remains")
    func sameMoment() throws {
        try service.makeAccount()
        let caller = try service.caller(.token)
        let token = try service.credential(.token).presented
        let bytes = Array(Self.gif ?? Data())
        let installation = installation
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                let own = try installation.service()
                let received = try own.receivePicture()
                try received.write(bytes[...])
                var changes = ProfileChanges()
                changes.picture = try own.accept(received)
                _ = try own.update(own.authenticate(token), with: changes)
            } catch {
                Issue.record(error)
            }
        }
        let last = try #require(try installation.reader().account(id: caller.account.id)?.account.picture)
        try agree([last])
    }

    @Test("a picture whose files cannot be stored leaves none, and no name")
    func notStored() throws {
        try service.makeAccount()
        let caller = try service.caller(.token)
        let kept = try #require(try service.update(caller, with: changes(picture())).picture)
        let next = try picture()
        try FileManager.default.removeItem(atPath: installation.pictures.folder.incoming)
        #expect(throws: PictureFailure.self) { try service.update(caller, with: changes(next)) }
        try agree([kept])
    }

    @Test("a full disk passes, as far as the client is told")
    func full() throws {
        for code in [ENOSPC, EDQUOT, EMFILE, EAGAIN, ENOMEM] {
            #expect(PictureFailure.system(call: "write", path: "x", errno: code).isTemporary)
        }
        #expect(!PictureFailure.system(call: "open", path: "x", errno: ENOENT).isTemporary)
        #expect(!PictureFailure.programFailed(status: 71).isTemporary)
    }
}

extension AccountService {
    fileprivate func accept(_ received: ReceivedPicture) throws -> AcceptablePicture? {
        if case .acceptable(let picture) = try check(received) { picture } else { nil }
    }
}
