/** The options by which daemons are told which configuration to read: keepalived(8), nginx(8), haproxy(1). */
const options: Readonly<Record<string, readonly string[]>> = {
  keepalived: ['--use-file', '-f'],
  nginx: ['-c'],
  haproxy: ['-f'],
}

/**
 * Another configuration than the wanted ones that a running daemon was told to read, by its own command line; `undefined`
 * where it reads a wanted one, its usual one, or is no daemon whose options are known.
 */
export function otherConfiguration(
  commandLine: readonly string[],
  wanted: readonly string[],
): string | undefined {
  const [program = '', ...words] = spoken(commandLine)
  const flags = options[program.slice(program.lastIndexOf('/') + 1)]
  if (!flags || wanted.length === 0) return undefined
  const told = words.flatMap((word, index) => {
    const flag = flags.find((one) => word.startsWith(one))
    if (flag === undefined) return []
    const rest = word.slice(flag.length).replace(/^=/, '')
    return [rest === '' ? (words[index + 1] ?? '') : rest]
  })
  const paths = told.filter((path) => path.startsWith('/'))
  if (paths.some((path) => wanted.some((one) => path === one || one.startsWith(`${path}/`)))) return undefined
  return paths[0]
}

/**
 * Another program than a unit's own that runs in its name, as one does whose unit was somebody else's when it started;
 * `undefined` where it is the right one, does not run, or is no daemon whose options are known.
 */
export function otherProgram(commandLine: readonly string[], unit: string): string | undefined {
  const daemon = unit.replace(/\.service$/, '')
  const [program] = spoken(commandLine)
  if (!(daemon in options) || program === undefined || program === '') return undefined
  return program.slice(program.lastIndexOf('/') + 1) === daemon ? undefined : program
}

/** nginx writes what it does and its own words over its command line, as one text. */
function spoken(commandLine: readonly string[]): readonly string[] {
  const [first = ''] = commandLine
  const title = /^nginx: master process (.*)$/.exec(first)
  return title ? (title[1] ?? '').split(' ') : commandLine
}
