// Where files lie and who may read them, and that nothing incomplete stays.

import Foundation
import PictureWire
import Testing

@testable import Pictures

@Suite struct PictureFolderTests {
    private let folder: Folder
    private let name: PictureName

    init() throws {
        folder = try Folder()
        name = try #require(PictureName(digits: String(repeating: "ab", count: 16), format: .png))
    }

    private func store(_ format: PictureFormat = .png) throws {
        try folder.pictures.store(CheckedPicture(output: folder.output(format: format)), as: name)
    }

    private var places: [String] { name.files.map { "ab/\($0)" }.sorted() }

    @Test("the three files lie in a folder named by two digits, complete, readable by the group and by nobody else")
    func stored() throws {
        try store()
        #expect(try folder.files() == places)
        for (file, content) in zip(name.files, Folder.contents(.png)) {
            #expect(
                FileManager.default.contents(atPath: "\(folder.pictures.path)/ab/\(file)").map(Array.init) == content)
            #expect(try folder.mode("ab/\(file)") == 0o640)
        }
        #expect(try folder.mode("ab") & 0o777 == 0o750)
        #expect(try folder.mode(".incoming") & 0o777 == 0o700)
    }

    @Test(
        "files have the group of the root where that is setgid, so that the web server reads them",
        .enabled(if: getuid() == 0, "only root may give a folder to another group"))
    func group() throws {
        let root = folder.path + "/setgid"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        try #require(chown(root, 0, 33) == 0 && chmod(root, 0o2750) == 0)
        let pictures = PictureFolder(path: root)
        try pictures.prepare()
        #expect(pictures.isShared)
        #expect(!folder.pictures.isShared)
        try pictures.store(CheckedPicture(output: folder.output()), as: name)
        for entry in ["ab"] + places {
            var status = stat()
            try #require(lstat("\(root)/\(entry)", &status) == 0)
            #expect(status.st_gid == 33)
        }
    }

    @Test("a removed picture leaves no file, and removing it again is no trouble")
    func removed() throws {
        try store()
        try folder.pictures.remove(name)
        #expect(try folder.files() == [])
        try folder.pictures.remove(name)
    }

    @Test("removing takes what a killed process left of a picture, wherever it lies")
    func removedPartly() throws {
        try store()
        try FileManager.default.removeItem(atPath: "\(folder.pictures.path)/\(places[0])")
        try FileManager.default.moveItem(
            atPath: "\(folder.pictures.path)/\(places[1])", toPath: "\(folder.pictures.incoming)/\(name.files[1])")
        try folder.pictures.remove(name)
        #expect(try folder.files() == [])
    }

    @Test("preparing removes what a process before left incomplete, and keeps pictures")
    func prepared() throws {
        try store()
        #expect(FileManager.default.createFile(atPath: folder.pictures.incoming + "/left", contents: Data([1])))
        try folder.pictures.prepare()
        #expect(try folder.files() == places)
    }

    @Test("an upload has no name, and is gone when nobody holds it")
    func upload() throws {
        let upload = PictureUpload(try OpenFile(anonymousIn: folder.pictures.incoming))
        try upload.write([1, 2, 3])
        try upload.write([4])
        #expect(upload.count == 4)
        #expect(try upload.file.read(4, at: 0) == [1, 2, 3, 4])
        #expect(try folder.files() == [])
    }

    @Test("where a name is taken nothing is overwritten")
    func taken() throws {
        let path = folder.path + "/file"
        _ = try OpenFile(creating: path, mode: 0o600)
        #expect(throws: PictureFailure.system(call: "open", path: path, errno: EEXIST)) {
            try OpenFile(creating: path, mode: 0o600)
        }
    }

    @Test("a folder that is gone is trouble, and is told with its path")
    func missing() throws {
        try FileManager.default.removeItem(atPath: folder.pictures.incoming)
        #expect(throws: PictureFailure.self) { try OpenFile(anonymousIn: folder.pictures.incoming) }
        #expect(throws: PictureFailure.self) { try store() }
        let file = PictureFolder(path: folder.path + "/file")
        _ = try OpenFile(creating: file.path, mode: 0o600)
        #expect(throws: PictureFailure.self) { try file.prepare() }
    }
}
