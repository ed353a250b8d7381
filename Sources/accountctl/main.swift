// The administrator's command line: each subcommand has a file of its own beside this one.

import ArgumentParser

Accountctl.main()
