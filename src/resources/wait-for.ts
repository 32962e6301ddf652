import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Queries } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'

const seconds = z.int().min(0).max(86_400)

const schema = z
  .strictObject({
    path: absolutePath.optional().describe('A file or directory that is to be there.'),
    search_regex: z
      .string()
      .min(1)
      .optional()
      .describe('What some line of the file is to match, as an extended regular expression.'),
    port: z.int().min(1).max(65_535).optional().describe('A port of TCP that is to accept connections.'),
    host: z
      .string()
      .regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/, 'must be the name or address of a host')
      .default('127.0.0.1')
      .describe('The host with the port, as the machine reaches it.'),
    state: z
      .enum(['started', 'present', 'stopped', 'absent'])
      .default('started')
      .describe('`stopped` and `absent` wait for the contrary.'),
    timeout: seconds.default(300).describe('Seconds after which it has failed.'),
    delay: seconds.default(0).describe('Seconds before it is looked at first.'),
    sleep: z.int().min(1).max(3600).default(1).describe('Seconds between two looks.'),
    connect_timeout: z.int().min(1).max(3600).default(5).describe('Seconds that one connection may take.'),
    msg: z.string().optional().describe('What is said where it has failed.'),
  })
  .check((context) => {
    const { path, port, search_regex } = context.value
    const add = (message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [], message })
    if (path !== undefined && port !== undefined) add('give `path` or `port`')
    if (search_regex !== undefined && path === undefined) add('`search_regex` needs a `path`')
  })

type WaitFor = z.infer<typeof schema>

/** A run that goes on once something is there, or is gone. */
export const waitFor: ResourceKind<WaitFor, Queries> = {
  name: 'wait_for',
  summary: 'Waits for a file, a text in it or a port, in every run.',
  schema,
  subject: ({ path, host, port }) => path ?? (port === undefined ? 'time' : `${host}:${port}`),
  inspect: () => ({}),
  converge: (wanted) => ({
    summary: 'wait, as in every run',
    differences: [],
    script: scriptOf(wanted),
    impact: 'none',
    disturbs: 'everything',
    takesLong: true,
    changesNothing: true,
  }),
}

function scriptOf(wanted: WaitFor): Script {
  const { path, port, state, timeout, delay, sleep, msg } = wanted
  if (path === undefined && port === undefined) return sh`sleep ${timeout}`
  const isGone = state === 'stopped' || state === 'absent'
  return lines(
    sh`set +e
us_until=$(($(date +%s) + ${timeout}))
sleep ${delay}
us_there() {`,
    thereOf(wanted),
    sh`}
while :; do
  ( us_there ) >/dev/null 2>&1; us_is=$?`,
    isGone ? sh`  if [ "$us_is" -ne 0 ]; then exit 0; fi` : sh`  if [ "$us_is" -eq 0 ]; then exit 0; fi`,
    sh`  if [ "$(date +%s)" -ge "$us_until" ]; then echo ${msg ?? `waited ${timeout} s in vain`} >&2; exit 1; fi
  sleep ${sleep}
done`,
  )
}

/** Succeeds where what is waited for is there. */
function thereOf({ path, search_regex, host, port = 0, connect_timeout }: WaitFor): Script {
  if (path !== undefined)
    return search_regex === undefined ? sh`  [ -e ${path} ]` : sh`  grep -Eq -e ${search_regex} -- ${path}`
  if (['127.0.0.1', 'localhost', '::1', '0.0.0.0'].includes(host)) {
    const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0')
    // A port of this machine that is in the state LISTEN (proc(5), /proc/net/tcp).
    const pattern = `^ *[0-9]+: [0-9A-F]+:${hexadecimal} [0-9A-F]+:[0-9A-F]+ 0A `
    return sh`  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Eq -e ${pattern}`
  }
  const open = `exec 3<>"/dev/tcp/$1/$2"`
  return lines(
    sh`  if command -v bash; then timeout ${connect_timeout} bash -c ${open} bash ${host} ${port}`,
    sh`  elif command -v nc; then nc -z -w ${connect_timeout} ${host} ${port}`,
    sh`  else exit 1; fi`,
  )
}
