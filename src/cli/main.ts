#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

// Nobody reads any more: that is no reason to end with another status than the run's own.
process.stderr.on('error', () => {})

await runCommandLine(process.argv.slice(2))
