import { z } from 'zod'
import { type Registered, type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { lines, sh } from '../shell/quote.ts'

const schema = z.strictObject({
  jid: z
    .string()
    .regex(/^[\w.-]+$/, 'must be an ansible_job_id, as the task that left it tells')
    .describe('What is looked after.'),
  forget: z.boolean().default(false).describe('Forget what is kept of it.'),
})

type LeftJob = z.infer<typeof schema>
type Asked = Readonly<Record<'state' | 'printed', Query<CommandReading>>>

const folder = (jid: string) => sh`us_job="$HOME/.ansible_async"/${jid}`

/** Work that an earlier task left running: asked whether it has ended, and what came of it. */
export const leftJob: ResourceKind<LeftJob, Asked> = {
  name: 'left_job',
  summary: 'What came of work that was left running.',
  schema,
  subject: ({ jid }) => jid,
  inspect: ({ jid }) => ({
    state: outcomeOf(
      lines(folder(jid), sh`[ -d "$us_job" ] && cat "$us_job/status" 2>/dev/null || [ -d "$us_job" ]`),
    ),
    printed: outcomeOf(
      lines(
        folder(jid),
        sh`if [ -f "$us_job/status" ]; then cat "$us_job/stdout"; cat "$us_job/stderr" >&2; fi`,
      ),
    ),
  }),
  converge: ({ jid, forget }, { state, printed }) => {
    const isKnown = state.rc === 0
    const { failed, rc, msg } = resultOf(jid, state, printed)
    const calm = { differences: [], impact: 'none', disturbs: [], changesNothing: true } as const
    if (forget)
      return isKnown
        ? {
            ...calm,
            summary: 'forget it',
            script: lines(folder(jid), sh`rm -rf -- "$us_job"`),
            disturbs: ['*'],
          }
        : undefined
    if (!failed) return undefined
    const script = sh`printf '%s\n' ${msg ?? printed.stderr} >&2; exit ${Math.min(255, rc)}`
    return { ...calm, summary: isKnown ? 'work that was left running' : 'work that was left', script }
  },
  result: ({ state, printed }, { jid, forget }) => (forget ? unchanged : resultOf(jid, state, printed)),
}

function resultOf(jid: string, state: CommandReading, printed: CommandReading): Registered {
  const status = state.stdout.trim()
  const isKnown = state.rc === 0
  const rc = status === '' ? 0 : Number(status)
  const about = { ansible_job_id: jid, started: 1, finished: status === '' && isKnown ? 0 : 1 }
  return {
    changed: status !== '' && rc === 0,
    failed: !isKnown || rc !== 0,
    skipped: false,
    rc: isKnown ? rc : 1,
    stdout: printed.stdout,
    stderr: printed.stderr,
    found: about,
    ...(isKnown ? {} : { msg: `nothing is known of a job ${jid}` }),
  }
}
