// The configuration and what it names, as findings.

import AccountStore
import Secrets

extension Configuration {
    /// Whether each file is as it must be, as `--check-config` asks, but for what other checks ask more closely.
    func fileFindings(environment: [String: String], configurationFile: String?) -> [Finding] {
        do {
            try check(environment: environment, configurationFile: configurationFile)
            return [.ok(.files, "nobody else may read or change the files that the configuration names")]
        } catch let problems as FileProblems {
            return problems.problems.map { Finding(.files, .error, "\($0.path) \($0.problem)", $0.remedy) }
        } catch SettingFailure.missingDirectory(let path) {
            return [
                Finding(.files, .error, "the folder of the store, \(path), is not there", "make it, or set store.path")
            ]
        } catch SettingFailure.missingProgram(let path) {
            return [
                Finding(
                    .files, .error, "the program for pictures, \(path), is not there or may not be run",
                    "install the package again, or set pictures.program")
            ]
        } catch SettingFailure.unknownGroup(let name) {
            return [
                Finding(
                    .files, .error, "no group has the name \(name)", "set server.socket_group to the group of nginx")
            ]
        } catch is StoreError {
            // The store's own check has more to say of it.
            return [.ok(.files, "nobody else may read or change the files that the configuration names")]
        } catch {
            return [
                Finding(
                    .files, .error, "the files that the configuration names cannot be checked: \(error)", "run as root")
            ]
        }
    }

    /// Each setting that is less safe than it could be: a note where it is the default, as the APIs' documents ask for it, else a warning.
    func settingFindings(hasGatewayKey: Bool) -> [Finding] {
        let defaults = Configuration()
        let found = unsafeSettings.filter { !hasGatewayKey || $0.option != "server.gateway_key_file" }.map { setting in
            let option = ConfigurationSection.optionsByName[setting.option]
            let isDefault = option.map { $0.show(self) == $0.show(defaults) } ?? false
            let isNote = isDefault && setting.option != "server.gateway_key_file"
            let value = option?.show(self) ?? ""
            let parts = setting.meaning.split(separator: ";", maxSplits: 1)
            return Finding(
                .settings, isNote ? .note : .warning, "\(setting.option) = \(value): \(parts.first ?? "")",
                parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        return found.isEmpty ? [.ok(.settings, "no setting is less safe than it could be")] : found
    }
}
