// Pictures as the service sees them: received, checked, stored, removed. Which account has which is the account store's matter.

/// The store of pictures' files.
public struct PictureStore: Sendable {
    /// What became of an upload.
    public enum Verdict: Sendable {
        /// It is a picture.
        case picture(CheckedPicture)
        /// It is none that is taken; the cause in one word, for the log only.
        case refused(cause: String)
    }

    /// Where the files lie.
    public let folder: PictureFolder
    private let program: PictureProgram
    private let onTrouble: @Sendable (PictureFailure) -> Void

    /// A store in a folder, whose uploads a program checks; `onTrouble` hears of files that could not be removed.
    public init(
        folder: PictureFolder, program: PictureProgram,
        onTrouble: @escaping @Sendable (PictureFailure) -> Void = { _ in }
    ) {
        self.folder = folder
        self.program = program
        self.onTrouble = onTrouble
    }

    /// A place for an upload that is about to arrive.
    ///
    /// Throws `PictureFailure`.
    public func receive() throws(PictureFailure) -> PictureUpload {
        PictureUpload(try OpenFile(anonymousIn: folder.incoming))
    }

    /// Has an upload judged by its content, and decoded where it is a picture.
    ///
    /// Throws `PictureFailure`; of those `programInterrupted` is for another try.
    public func check(_ upload: PictureUpload) throws(PictureFailure) -> Verdict {
        let output = try OpenFile(anonymousIn: folder.incoming)
        switch try program.run(upload: upload.file, output: output) {
        case .done: return .picture(try CheckedPicture(output: output))
        case .refused(let cause): return .refused(cause: cause)
        }
    }

    /// Stores a picture; when it returns, its files are on the disk, under a name that was announced before.
    ///
    /// Throws `PictureFailure`.
    public func store(_ picture: CheckedPicture, as name: PictureName) throws(PictureFailure) {
        try folder.store(picture, as: name)
    }

    /// Removes the files of a picture, as far as they are there; false, and the trouble told, when some may be left.
    public func remove(_ name: PictureName) -> Bool {
        do {
            try folder.remove(name)
            return true
        } catch {
            onTrouble(error)
            return false
        }
    }
}
