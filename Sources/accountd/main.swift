// The daemon's command line: reads it, starts the daemon, waits for signals, stops it.

import ArgumentParser
import Daemon

Command.main()
