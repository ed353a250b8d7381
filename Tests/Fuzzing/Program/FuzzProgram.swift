// The program around libFuzzer (https://llvm.org/docs/LibFuzzer.html). Built by script/fuzz only, which says by the environment
// which parser is meant: libFuzzer starts the program anew with words of its own.

import Glibc

typealias OneInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ testOneInput: OneInput
) -> CInt

/// `accountd-fuzz`: runs libFuzzer on the parser that `ACCOUNTD_FUZZ_TARGET` names, or prints all names and longest inputs.
@main enum FuzzProgram {
    // libFuzzer calls from one thread, one call after the other.
    private nonisolated(unsafe) static var check: FuzzTarget.Check = { _ in }

    static func main() {
        guard let name = getenv("ACCOUNTD_FUZZ_TARGET").map({ String(cString: $0) }) else {
            for target in FuzzTarget.all { print(target.name, target.maximumLength) }
            return
        }
        guard let target = FuzzTarget.named(name) else { stop("no target has the name \(name)") }
        do {
            check = try target.makeCheck()
        } catch {
            stop("\(error)")
        }
        var count = CommandLine.argc
        var words = CommandLine.unsafeArgv
        exit(
            runDriver(&count, &words) { start, count in
                do {
                    try FuzzProgram.check(Array(UnsafeBufferPointer(start: start, count: count)))
                } catch {
                    FuzzProgram.stop("\(error)")
                }
                return 0
            })
    }

    /// Ends the program, which libFuzzer reports with the input.
    private static func stop(_ reason: String) -> Never {
        let line = "accountd-fuzz: \(reason)\n"
        write(STDERR_FILENO, line, line.utf8.count)
        abort()
    }
}
