import type { Difference, SelfTold } from '../model/change.ts'

/** What a program printed, and the status with which it ended. */
interface Printed {
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
}

type Fields = Readonly<Record<string, unknown>>

/** What a module of Ansible says of itself: the JSON that it printed, whatever stands around it. */
export function resultOf(printed: Printed): SelfTold {
  const told = jsonIn(printed.stdout)
  return told ? selfTold(told, printed.stderr) : nothingTold(printed)
}

/** The differences that it tells, in the forms in which modules tell them. */
export function differencesIn({ diff }: Fields, name: string): readonly Difference[] {
  const all = Array.isArray(diff) ? diff : [diff]
  return all.filter(isFields).flatMap((one): Difference[] => {
    const header = one.after_header ?? one.before_header
    const path = typeof header === 'string' ? header : name
    const prepared: Difference[] =
      typeof one.prepared === 'string' && one.prepared !== ''
        ? [{ is: 'text', path: name, before: '', after: one.prepared }]
        : []
    const [before, after] = [textOf(one.before), textOf(one.after)]
    return before === after ? prepared : [...prepared, { is: 'text', path, before, after }]
  })
}

/** What it was told stands in some results: it may hold what nobody is to see, and everybody knows it anyway. */
const kept = (name: string) => name !== 'invocation' && !name.startsWith('_ansible_')

function selfTold(told: Fields, printedErrors: string): SelfTold {
  const { changed, failed, skipped, stdout, stderr, msg, ...more } = told
  const rc = Number(told.rc ?? 0)
  const own = Object.entries(more).filter(([name]) => name !== 'rc' && kept(name))
  // A list of this name is that of a loop's items.
  const found = Object.fromEntries(
    own.map(([name, value]) =>
      name === 'results' && !Array.isArray(value) ? ['ansible_module_results', value] : [name, value],
    ),
  )
  const isFailed = failed === undefined ? told.rc !== undefined && rc !== 0 : isTrue(failed)
  const words = msg === undefined || msg === null ? undefined : textOf(msg)
  const shown = isFailed
    ? [words, told.exception, told.module_stderr, stderr, stdout, printedErrors].filter(isText).join('\n')
    : JSON.stringify(Object.fromEntries(Object.entries(told).filter(([name]) => kept(name))), null, 2)
  return {
    changed: isTrue(changed),
    failed: isFailed,
    skipped: isTrue(skipped),
    rc: Number.isFinite(rc) ? rc : 1,
    stdout: isText(stdout) ? stdout : '',
    stderr: isText(stderr) ? stderr : '',
    ...(words === undefined ? {} : { msg: words }),
    found,
    shown,
  }
}

/** A result of more than this cannot be read as a whole. */
const most = 1024 * 1024

function nothingTold({ rc, stdout, stderr }: Printed): SelfTold {
  const [first = ''] = stderr.trim().split('\n')
  const msg =
    rc === 127 && first !== ''
      ? first
      : stdout.length >= most
        ? 'the module printed more than 1 MiB, which is not read as a whole'
        : 'the module did not print a result in JSON'
  const shown = [stdout, stderr].filter(isText).join('\n')
  const found = { module_stdout: stdout, module_stderr: stderr }
  return {
    changed: false,
    failed: true,
    skipped: false,
    rc: rc || 1,
    stdout: '',
    stderr: '',
    msg,
    found,
    shown,
  }
}

/** From the first line that begins an object to the last one that ends one: programs print warnings around it. */
function jsonIn(stdout: string): Fields | undefined {
  const lines = stdout.split('\n')
  const from = lines.findIndex((line) => /^[ \t\r]*\{/.test(line))
  const to = lines.findLastIndex((line) => /\}[ \t\r]*$/.test(line))
  if (from < 0 || to < from) return undefined
  try {
    const value: unknown = JSON.parse(lines.slice(from, to + 1).join('\n'))
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Modules in other languages say it in words. */
function isTrue(value: unknown): boolean {
  return typeof value === 'string' ? /^(true|yes|on|1|y|t)$/i.test(value) : Boolean(value)
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`
}
