// accountd-picture: one untrusted upload in, three clean pictures out (PictureWire has the protocol), in a process that can do
// nothing else. The order of these lines is the security of the program.

import Glibc
import PictureWire

do throws(Failure) {
    let arguments = try Arguments(CommandLine.arguments.dropFirst())
    try Limits.apply()
    try Decoder.start()
    try Limits.applyLast()
    try Seal.close()
    // From here on nothing can be opened, started or sent. Only now is a byte of the upload read.
    if let probe = arguments.probe { exit(probe.isDenied() ? PictureExit.done : PictureExit.escaped) }
    let upload = try Descriptors.readUpload()
    let pictures = try Pictures(of: upload, maximumPixels: arguments.maximumPixels)
    try Descriptors.write(pictures)
    exit(PictureExit.done)
} catch {
    exit(error.exitCode)
}
