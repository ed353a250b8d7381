// How accountd-picture ends when no signal ends it, by the numbers of sysexits(3).

/// Exit codes of accountd-picture.
public enum PictureExit {
    /// The output is complete.
    public static let done: Int32 = 0
    /// The upload is not a picture that we take (EX_DATAERR); the output is to be ignored.
    public static let refused: Int32 = 65
    /// What was to be prevented was possible (EX_SOFTWARE); only `--probe` ends so.
    public static let escaped: Int32 = 70
    /// The fault is not the upload's (EX_OSERR): no sandbox, no descriptors, no room for the output.
    public static let trouble: Int32 = 71
}
