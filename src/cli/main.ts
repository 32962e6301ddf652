#!/usr/bin/env node
import { packageVersion } from './places.ts'

// Nobody reads any more: that is no reason to end with another status than the run's own.
process.stderr.on('error', () => {})

const words = process.argv.slice(2)
// Programs ask for it often, and it takes nothing of what commands need.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
  process.stdout.write(`${packageVersion()}\n`)
else await (await import('./command-line.ts')).runCommandLine(words)
