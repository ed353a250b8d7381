// What the settings of a running daemon come to: all that answers depend on of the configuration and the files of keys, as one
// value. A reload puts another in its place, and every request is answered by one of them from its beginning to its end.

import AccountService
import Dialects
import Logging
import Pictures
import Secrets
import Synchronization

/// What answers depend on, from one reading of the configuration.
struct Generation: Sendable {
    /// The settings in force.
    let configuration: Configuration
    let keys: KeyRing
    let gateway: Gateway
    let hasher: PasswordHasher
    let pictures: PictureStore
    let settings: AccountService.Settings
    let presentation: Presentation
    /// Descriptions of the dialects by their paths.
    let descriptions: [String: [UInt8]]
    /// What every answer has, for those that no dialect gives.
    var headers: CommonHeaders { CommonHeaders(presentation: presentation) }

    /// What these settings come to with these keys; the file of gateway keys is read.
    ///
    /// Throws `FileProblem` and `CryptographyFailure`.
    init(
        _ configuration: Configuration, keys: KeyRing, environment: [String: String], lines: LineLimit,
        onHash: @escaping @Sendable (PasswordHasher.Work, Duration) -> Void = { _, _ in }, log: Logger
    ) throws {
        self.configuration = configuration
        self.keys = keys
        gateway = Gateway(keys: try configuration.gatewayKeys(environment: environment), lines: lines, log: log)
        hasher = try PasswordHasher(
            configuration.hashParameters, readsLegacyHashes: configuration.password.legacyHashes, onWork: onHash)
        pictures = configuration.pictureStore { log.error("picture.not_removed", metadata: ["error": "\($0)"]) }
        settings = configuration.serviceSettings
        presentation = configuration.presentation
        descriptions = configuration.servedDescriptions
    }
}

/// The generation in force, which all threads share.
final class CurrentGeneration: Sendable {
    private let newest: Mutex<(number: Int, generation: Generation)>
    private let number = Atomic(1)

    init(_ generation: Generation) {
        newest = Mutex((1, generation))
    }

    /// The one in force.
    var value: Generation { numbered.generation }
    /// The one in force with its number.
    var numbered: (number: Int, generation: Generation) { newest.withLock { $0 } }

    /// The one in force with its number, if that is not `known`.
    func unless(_ known: Int) -> (number: Int, generation: Generation)? {
        // Nothing else is read on the strength of this number, so no order is needed; what it announces comes by the lock.
        guard number.load(ordering: .relaxed) != known else { return nil }
        return numbered
    }

    /// Puts another in its place, for whatever begins from now on.
    func replace(by generation: Generation) {
        newest.withLock { newest in
            newest = (newest.number + 1, generation)
            number.store(newest.number, ordering: .relaxed)
        }
    }
}
