// From settings to the values that the parts take.

import AccountService
public import AccountStore
import Accounts
import Administration
import Dialects
import FastCGI
import Glibc
import Pictures
import Secrets

/// Settings that name something that is not there.
public enum SettingFailure: Error, Equatable, Sendable {
    /// No group has this name.
    case unknownGroup(String)
    /// The socket cannot be given to the group; the C library's error number.
    case cannotGiveSocket(path: String, group: String, errno: Int32)
    /// The directory of the store is missing.
    case missingDirectory(path: String)
    /// The program that decodes pictures is not there, or may not be run.
    case missingProgram(path: String)
}

extension Configuration {
    /// Where to listen.
    var address: Address {
        switch server.listen {
        case .unix(let path): .unix(path: path, mode: server.socketMode)
        case .tcp(let host, let port): .tcp(host: host, port: port)
        case .systemd(let name): .systemd(name: name)
        }
    }

    /// The path of the socket over which administrators reach the daemon: beside the store, so that whoever knows the one knows the
    /// other.
    public var adminSocket: String { FileTree.folder(of: store.path) + "/" + AdminSocket.fileName }

    func fastCGI(_ listener: Listener) -> FastCGI.Server.Configuration {
        var settings = FastCGI.Server.Configuration(listeners: [listener])
        settings.fastThreads = server.threads
        settings.hashThreads =
            server.hashThreads == 0 ? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) : server.hashThreads
        settings.hashQueue = server.hashQueue
        settings.pictureThreads = server.pictureThreads
        settings.pictureQueue = server.pictureQueue
        settings.maximumConnections = server.maximumConnections
        // A little more, so that a body just over the limit gets the 413 of its dialect and not a closed connection.
        settings.maximumBody = limits.body + pictures.maximumSize + 65_536
        settings.spoolFolder = pictureFolder.incoming
        settings.maximumSpooled = limits.spool
        settings.receiveTimeout = .seconds(server.receiveTimeout)
        settings.sendTimeout = .seconds(server.sendTimeout)
        return settings
    }

    /// The database.
    public var storeFile: StoreFile {
        StoreFile(path: store.path, busyTimeout: Double(store.busyTimeout), checkpoints: store.checkpoints)
    }

    var pictureFolder: PictureFolder { PictureFolder(path: pictures.path) }

    func pictureStore(onTrouble: @escaping @Sendable (PictureFailure) -> Void) -> PictureStore {
        PictureStore(
            folder: pictureFolder,
            program: PictureProgram(path: pictures.program, maximumPixels: pictures.maximumMegapixels * 1_000_000),
            onTrouble: onTrouble)
    }

    var hashParameters: PasswordParameters {
        PasswordParameters(memoryKiB: password.memory, passes: password.passes, lanes: 1) ?? .standard
    }

    var serviceSettings: AccountService.Settings {
        var settings = AccountService.Settings()
        settings.passwordPolicy = PasswordPolicy(
            minimumLength: password.minimumLength, maximumBytes: password.maximumLength,
            rules: password.policy == .strict ? .django : .lengthOnly)
        settings.revealsTakenEmail = registration.revealTaken
        settings.allowsMixedAlphabets = registration.mixedAlphabets
        settings.cookieLifetime = Int64(session.lifetime)
        settings.signedTokenLifetime = Int64(jwt.lifetime)
        settings.accessLifetime = Int64(simplejwt.accessLifetime)
        settings.refreshLifetime = Int64(simplejwt.refreshLifetime)
        settings.rotatesRefresh = simplejwt.rotateRefresh
        settings.rotationGrace = Int64(simplejwt.rotationGrace)
        settings.familyLifetime = Self.seconds(simplejwt.familyLifetime)
        settings.cookieIdleLifetime = Self.seconds(session.idleLifetime)
        settings.tokenLifetime = Self.seconds(token.lifetime)
        settings.tokenIdleLifetime = Self.seconds(token.idleLifetime)
        settings.limits = limits.rates
        return settings
    }

    /// 0 stands for no limit.
    private static func seconds(_ number: Int) -> Int64? { number == 0 ? nil : Int64(number) }

    var presentation: Presentation {
        var presentation = Presentation()
        presentation.publicURL = server.publicURL
        presentation.echoesPassword = session.echoPassword
        presentation.showsAccountsToOthers = djoser.users == .all
        presentation.securesCookies = session.secureCookies
        presentation.cookieLifetime = session.lifetime
        presentation.hasHostPrefix = session.hostPrefix
        presentation.rotatesRefresh = simplejwt.rotateRefresh
        presentation.corsOrigins = cors.origins
        presentation.bodyLimit = limits.jsonBody
        presentation.multipartLimit = limits.body
        presentation.pictureLimit = pictures.maximumSize
        return presentation
    }

    /// Gives a unix socket that we made to the configured group.
    ///
    /// Throws `SettingFailure`.
    func giveSocketToGroup() throws(SettingFailure) {
        guard case .unix(let path) = server.listen, let group = try socketGroupID() else { return }
        guard chown(path, uid_t.max, group) == 0 else {
            throw .cannotGiveSocket(path: path, group: server.socketGroup, errno: errno)
        }
    }

    /// The configured group of a unix socket that we make, or nil when there is none.
    ///
    /// Throws `SettingFailure`.
    func socketGroupID() throws(SettingFailure) -> gid_t? {
        guard case .unix = server.listen, !server.socketGroup.isEmpty else { return nil }
        guard let group = getgrnam(server.socketGroup)?.pointee else { throw .unknownGroup(server.socketGroup) }
        return group.gr_gid
    }
}
