import { tail } from './command.ts'
import { LabFailure } from './failure.ts'

/** Why an image could not be built, from what mmdebstrap and its apt said. */
export function buildFailure(target: string, said: string): LabFailure {
  const output = tail(said, 15)
  const [, uri, reason] =
    /^E: Failed to fetch (\S+)\s+(.*)$/m.exec(said) ??
    /^E: The repository '(.+) Release' (.*)$/m.exec(said) ??
    []
  if (uri === undefined)
    return new LabFailure(`building ${target} failed`, 'Run the command again when that is mended.', {
      output,
    })
  return new LabFailure(
    `building ${target} failed at ${uri}: ${reason?.trim()}`,
    "See that the mirror is up and has this release; it is the one in this computer's apt sources. Nothing half built is left: run the command again.",
    { output },
  )
}
