// Profile pictures on their way from a request to an account: received, checked, stored under a name, given to the account. What
// goes wrong in between, a power cut included, leaves a name in the store's queue of removals and never a file that nobody knows.

import AccountStore
import Accounts
import Pictures
import Secrets

/// A picture on its way in.
///
/// Not Sendable: it belongs to the thread that reads the request.
public final class ReceivedPicture {
    let upload: PictureUpload

    init(_ upload: PictureUpload) {
        self.upload = upload
    }

    /// How many bytes have arrived.
    public var byteCount: Int { upload.count }

    /// Takes more bytes.
    ///
    /// Throws `TemporaryFailure` when the disk is full.
    public func write(_ bytes: ArraySlice<UInt8>) throws {
        try telling { () throws(PictureFailure) in try upload.write(bytes) }
    }
}

/// A picture that was decoded and made anew, ready to be given to an account.
public struct AcceptablePicture: Sendable {
    let checked: CheckedPicture
}

/// What a picture was judged to be.
public enum PictureVerdict: Sendable {
    /// A picture that an account can have.
    case acceptable(AcceptablePicture)
    /// None; the cause in one word, for the log only.
    case refused(cause: String)
}

/// Trouble of ours that passes: the same request may be sent again.
public struct TemporaryFailure: Error, CustomStringConvertible {
    /// What happened, for the log.
    public let description: String
}

/// Runs work on pictures, and says which of its troubles pass.
private func telling<Value>(_ work: () throws(PictureFailure) -> Value) throws -> Value {
    do throws(PictureFailure) {
        return try work()
    } catch {
        throw error.isTemporary ? TemporaryFailure(description: error.description) : error as any Error
    }
}

extension AccountService {
    /// A place for a picture that is about to arrive, from a caller or from somebody who is about to register.
    ///
    /// Throws `TemporaryFailure`, and `Throttled`.
    public func receivePicture(of caller: Caller? = nil, from client: Client? = nil) throws -> ReceivedPicture {
        if let client { try admitPicture(of: caller, from: client) }
        return ReceivedPicture(try telling { () throws(PictureFailure) in try pictures.receive() })
    }

    /// Judges a picture by its content.
    ///
    /// Throws `TemporaryFailure`.
    public func check(_ picture: ReceivedPicture) throws -> PictureVerdict {
        switch try telling({ () throws(PictureFailure) in try pictures.check(picture.upload) }) {
        case .picture(let checked): .acceptable(AcceptablePicture(checked: checked))
        case .refused(let cause): .refused(cause: cause)
        }
    }

    /// Stores a picture's files under a new name and runs `write` with it.
    ///
    /// When `write` refuses, the files go at once. When it fails otherwise, nobody knows what reached the disk, so they stay, and
    /// their name stays in the queue unless an account has it.
    func storing<Value>(_ picture: AcceptablePicture?, _ write: (String?) throws -> Value) throws -> Value {
        guard let checked = picture?.checked else { return try write(nil) }
        let digits = try random.hexadecimal(byteCount: 16)
        guard let name = PictureName(digits: digits, format: checked.format) else {
            throw CredentialFailure.noRandomness
        }
        let text = name.description
        try writer.write { try $0.announce(picture: text) }
        do {
            try telling { () throws(PictureFailure) in try pictures.store(checked, as: name) }
        } catch {
            removePicture(text)
            throw error
        }
        do {
            return try write(text)
        } catch let rejection as Rejection {
            removePicture(text)
            throw rejection
        }
    }

    /// Removes the files of a picture that no account has any more; should that fail, the queue keeps its name.
    func removePicture(_ text: String?) {
        guard let text, let name = PictureName(text), pictures.remove(name) else { return }
        writer.submit { try $0.forget(picture: text) }
    }
}
