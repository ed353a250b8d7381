// swift-tools-version: 6.2
// The modules are a line: a target may depend only on targets above it in this list (docs/architecture.md draws it).

import PackageDescription

let package = Package(
    name: "accountd",
    products: [
        .executable(name: "accountd", targets: ["accountd"]),
        .executable(name: "accountctl", targets: ["accountctl"]),
        .executable(name: "accountd-picture", targets: ["accountd-picture"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .target(name: "HTTP"),
        .target(name: "Metrics"),
        .target(name: "PictureWire"),
        .systemLibrary(name: "CFastCGI", providers: [.apt(["libfcgi-dev"])]),
        .target(name: "FastCGI", dependencies: ["CFastCGI", "HTTP"]),
        .target(name: "CCommonPasswords", exclude: ["LICENSE"]),
        .target(name: "Accounts", dependencies: ["CCommonPasswords"]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CXattr"),
        .target(name: "CHashMemory"),
        .target(name: "CHashYield"),
        .target(
            name: "Secrets",
            dependencies: ["COpenSSL", "CArgon2", "CSodium", "CCrypt", "CXattr", "CHashMemory", "CHashYield"]),
        .systemLibrary(name: "CSpawn"),
        .target(name: "Pictures", dependencies: ["CSpawn", "PictureWire"]),
        .target(name: "CSQLiteDefence"),
        .target(
            name: "AccountStore",
            dependencies: ["Accounts", "Metrics", "CSQLiteDefence", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "Maintenance", dependencies: ["AccountStore", "Pictures", "Secrets", "Accounts", "HTTP"]),
        .target(
            name: "AccountService",
            dependencies: ["AccountStore", "Pictures", "Secrets", "Accounts", "HTTP", "Metrics"]),
        .target(name: "Dialects", dependencies: ["AccountService", "Accounts", "HTTP", "Metrics"]),
        .target(name: "CUnixSocket"),
        .target(name: "Administration", dependencies: ["CUnixSocket", "AccountService", "AccountStore", "Accounts"]),
        .target(name: "CProcessMemory"),
        .systemLibrary(name: "CTimex"),
        .target(
            name: "Daemon",
            dependencies: [
                "Administration", "Dialects", "AccountService", "Maintenance", "AccountStore", "Pictures", "Secrets",
                "Accounts", "FastCGI", "HTTP", "Metrics", "CProcessMemory", "CTimex",
                "TOMLKit", .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "accountd",
            dependencies: [
                "Daemon", "FastCGI", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "accountctl",
            dependencies: [
                "Daemon", "Administration", "Maintenance", "AccountService", "AccountStore", "Secrets", "Accounts",
                "HTTP",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // A program of its own, which shares one value with those who start it.
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        // Not vips.pc, whose flags SwiftPM warns about; this one has the folders of the headers that libvips' include.
        .systemLibrary(name: "CVips", pkgConfig: "gobject-2.0", providers: [.apt(["libvips-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(name: "accountd-picture", dependencies: ["PictureWire", "CSeccomp", "CVips", "CZlib"]),
        .testTarget(name: "PictureWireTests", dependencies: ["PictureWire"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP"]),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
        .testTarget(name: "FastCGITests", dependencies: ["FastCGI", "HTTP"]),
        .testTarget(name: "AccountsTests", dependencies: ["Accounts", "CCommonPasswords"]),
        .testTarget(name: "SecretsTests", dependencies: ["Secrets", "CXattr", "CArgon2"], exclude: ["Django"]),
        .testTarget(name: "PicturesTests", dependencies: ["Pictures", "PictureWire"], exclude: ["Programs"]),
        .testTarget(
            name: "AccountStoreTests",
            dependencies: [
                "AccountStore", "Accounts", "Metrics", "Secrets", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "MaintenanceTests", dependencies: ["Maintenance", "AccountStore", "Accounts", "Secrets", "HTTP"]),
        // What the two test targets below share.
        .target(
            name: "ServiceFixtures",
            dependencies: [
                "AccountService", "AccountStore", "Metrics", "Pictures", "Secrets", "Accounts",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/ServiceFixtures"),
        .testTarget(
            name: "AccountServiceTests",
            dependencies: [
                "ServiceFixtures", "AccountService", "AccountStore", "Pictures", "Secrets", "Accounts", "HTTP",
                "Metrics",
                "accountd-picture",
            ]),
        .testTarget(
            name: "AdministrationTests",
            dependencies: [
                "ServiceFixtures", "Administration", "AccountService", "AccountStore", "Accounts", "Secrets",
                "accountd-picture",
            ]),
        .testTarget(
            name: "DialectsTests",
            dependencies: [
                "ServiceFixtures", "Dialects", "AccountService", "AccountStore", "Secrets", "Accounts", "HTTP",
            ],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "ContractTests",
            dependencies: [
                "Dialects", "AccountService", "AccountStore", "Pictures", "Secrets", "Accounts", "HTTP",
                "accountd-picture",
            ],
            exclude: ["Rows", "README.md"]),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "AccountService", "AccountStore", "Accounts", "Dialects", "FastCGI", "HTTP", "Metrics",
                "Secrets",
                "TOMLKit",
                .product(name: "Logging", package: "swift-log"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// The properties that the parsers of hostile bytes must hold: replayed as tests, or, for script/fuzz alone, driven by libFuzzer.
let parsers = ["Accounts", "FastCGI", "HTTP", "Secrets"]
let isFuzzing = Context.environment["ACCOUNTD_FUZZING"] != nil
let inputs = ["Corpus", "Dictionaries", "fuzz.py", "reference.py"]
package.targets.append(
    isFuzzing
        ? .executableTarget(
            name: "accountd-fuzz", dependencies: parsers.map { .byName(name: $0) }, path: "Tests/Fuzzing",
            exclude: inputs + ["Replay"], linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
        : .testTarget(
            name: "FuzzingTests", dependencies: parsers.map { .byName(name: $0) }, path: "Tests/Fuzzing",
            exclude: inputs + ["Program"]))

// https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
// https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
// https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
// https://github.com/swiftlang/swift-evolution/blob/main/proposals/0480-swiftpm-warning-control.md
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .treatAllWarnings(as: .error),
    ]
}

// https://llvm.org/docs/LibFuzzer.html: the parsers count which of their edges are reached; the properties need not.
if isFuzzing {
    for target in package.targets {
        let flags = parsers.contains(target.name) ? ["-sanitize=fuzzer", "-enable-testing"] : ["-parse-as-library"]
        if target.type != .system { target.swiftSettings?.append(.unsafeFlags(flags)) }
    }
}
