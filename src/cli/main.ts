#!/usr/bin/env node
import { packageVersion } from '../operations/places.ts'
import { tellV8 } from './flags.ts'
import { Parts } from './parts.ts'

tellV8()

// Nobody reads any more: that is no reason to end with another status than the run's own.
process.stderr.on('error', () => {})
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const words = process.argv.slice(2)
// Programs ask for it often, and it takes nothing of what commands need.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
  process.stdout.write(`${packageVersion()}\n`)
else {
  const parts = new Parts(import.meta.dirname)
  const { runCommandLine } = parts.load('command-line.cjs') as typeof import('./command-line.ts')
  void runCommandLine(words)
}
