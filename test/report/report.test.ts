import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { Failure } from '../../src/model/failure.ts'
import type { HostPlan, Step } from '../../src/model/plan.ts'
import { openReport } from '../../src/report/index.ts'

interface Shown {
  readonly format?: 'auto' | 'json'
  readonly diff?: boolean
  readonly secrets?: readonly string[]
  readonly tty?: boolean
  readonly debug?: boolean
}

/** What a report of these events prints. */
async function shown(
  events: readonly RunEvent[],
  { format = 'auto', diff = false, secrets = [], tty = false, debug = false }: Shown = {},
): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { isTTY: tty, columns: 120, rows: 50 })
  let text = ''
  stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  const report = await openReport({
    format,
    diff,
    output: false,
    debug,
    secrets: new Set(secrets),
    stdout: stdout as unknown as NodeJS.WriteStream,
  })
  for (const event of events) report.emit(event)
  await report.close()
  return text
}

const step = (id: Step['id'], after: string, verdict: 'change' | 'provisional' = 'change'): Step => {
  const change = {
    summary: 'update',
    differences: [{ is: 'text', path: '/etc/x', before: 'old\n', after }],
    script: '' as never,
    impact: 'reload',
    disturbs: [],
  } as const
  return {
    id,
    title: 'x',
    play: 'Play',
    verdict:
      verdict === 'change'
        ? { is: 'change', change }
        : { is: 'provisional', expected: change, after: 'package[x]' },
  }
}

const recap = (host: string, outcome: 'ok' | 'failed' = 'ok') => ({
  ...{ host, outcome, converged: 3, changed: 0, failed: 0, skipped: 1, pending: 2, trips: 1, seconds: 0.5 },
})

const plan = (host: string, ...steps: readonly Step[]): HostPlan => ({ host, steps })

function planned(...plans: readonly HostPlan[]): readonly RunEvent[] {
  return [
    { is: 'run-started', command: 'plan', hosts: plans.map(({ host }) => host), plays: ['Play'] },
    ...plans.map((one): RunEvent => ({ is: 'host-planned', plan: one })),
    ...plans.map(({ host }): RunEvent => ({ is: 'host-finished', recap: recap(host) })),
    { is: 'run-finished', seconds: 1.234 },
  ]
}

describe('a plan', () => {
  const same = step('file[/etc/x]', 'new\n')

  it('shows what several hosts share once, and each other thing for itself', async () => {
    const text = await shown(
      planned(plan('a', same), plan('b', same, step('file[/etc/y]', 'more\n', 'provisional'))),
      { diff: true },
    )
    expect(text.match(/\+new/g)).toHaveLength(1)
    expect(text).toMatch(/\+ file\[\/etc\/x\] +update +a b \(reload\)/)
    expect(text).toMatch(/\? file\[\/etc\/y\] +update +b \(reload\)/)
    expect(text).toContain('3 changes on 2 hosts: 2 certain +, 1 assumed ?')
  })

  it('keeps the order of plays and tasks, whichever host comes first', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => step(`file[${name}]`, name))
    if (!one || !two || !three) throw new Error('three steps')
    const lines = (await shown(planned(plan('a', one, three), plan('b', one, two)))).split('\n')
    const places = ['one', 'two', 'three'].map((name) =>
      lines.findIndex((line) => line.includes(`[${name}]`)),
    )
    expect(places[0]).toBeLessThan(Math.min(places[1] ?? 0, places[2] ?? 0))
  })

  it('does not colour what is no terminal, and says when there is nothing to do', async () => {
    const text = await shown(planned(plan('a')))
    expect(text).toBe(stripVTControlCharacters(text))
    expect(text).toContain('Nothing to do: 1 host is as the playbook says.')
  })

  it('keeps control characters and line breaks of names from moving anything', async () => {
    const text = await shown(planned(plan('a', step('file[/a\n\u001b[2Jb]', ''))))
    expect(text).toContain('file[/a^J^[[2Jb]')
  })
})

describe('a run', () => {
  const failure = new Failure('STEP_FAILED', 'create failed with status 1', {
    where: { host: 'a', resource: 'file[/x]', origin: { file: 'site.yaml', line: 3, col: 7 } },
    output: 'No space left on device',
    next: 'make room',
  })
  const events: readonly RunEvent[] = [
    { is: 'run-started', command: 'apply', hosts: ['a', 'long-name'], plays: ['Play'] },
    { is: 'host-planned', plan: plan('a', step('file[/x]', 'new')) },
    { is: 'wave-started', play: 'Play', hosts: ['a'] },
    { is: 'step-started', host: 'a', step: 'file[/x]', title: 'x', play: 'Play' },
    {
      ...{ is: 'step-finished', host: 'a', step: 'file[/x]', title: 'x', play: 'Play', summary: 'create' },
      ...{ outcome: 'failed', milliseconds: 12 },
    } as RunEvent,
    { is: 'host-failed', host: 'a', failure },
    { is: 'host-finished', recap: recap('a', 'failed') },
    { is: 'run-finished', seconds: 2 },
  ]

  it('says of a failure where it was, what the program said and what to do', async () => {
    const text = await shown(events)
    expect(text).toContain('failed site.yaml:3:7 a file[/x]: create failed with status 1')
    expect(text).toContain('    No space left on device\n  → make room')
    expect(text).toMatch(/✘ a {8} {2}file\[\/x\] +create/)
  })

  it('ends on a terminal with everything that has to stay', async () => {
    const text = stripVTControlCharacters(await shown(events, { tty: true }))
    expect(text).toContain('make room')
    expect(text).toMatch(/Recap\n {2}a +ok=3 +changed=0 +pending=2/)
  })

  it('is one JSON object per line for programs, and nothing else', async () => {
    const lines = (await shown(events, { format: 'json' })).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(events.map(({ is }) => is))
    expect(JSON.parse(lines[5] ?? '').failure).toMatchObject({ code: 'STEP_FAILED', next: 'make room' })
  })
})

it('Ctrl-C is left to whoever shows the report', async () => {
  const before = process.listenerCount('SIGINT')
  await shown(planned(plan('a')).slice(0, 1), { tty: true })
  expect(process.listenerCount('SIGINT')).toBe(before)
})

describe('a verification that waits', () => {
  const failing = ['10.0.0.100', '10.0.0.101'].map((subject) => ({
    ...({ name: 'one holds the VIP', subject, verdict: 'fail' } as const),
  }))
  const waiting: RunEvent = { is: 'verify-waiting', cluster: 'web', seconds: 23.65, failing }
  const events: readonly RunEvent[] = [
    { is: 'verify-started', cluster: 'web' },
    waiting,
    waiting,
    { is: 'proof', result: { name: 'one holds the VIP', subject: '10.0.0.100', verdict: 'pass' } },
    { is: 'run-finished', seconds: 9 },
  ]
  const said = 'waiting up to 24 s until one holds the VIP: 10.0.0.100 and 1 more'

  it('says once for what, where lines stay', async () => {
    expect((await shown(events)).split(said)).toHaveLength(2)
  })

  it('leaves nothing of it on a terminal, also where it ends before its time', async () => {
    const text = stripVTControlCharacters(await shown(events, { tty: true }))
    expect(text).toContain('✔ one holds the VIP')
    expect(text.slice(text.indexOf('✔ one holds'))).not.toContain('waiting')
    await shown(events.slice(0, 2), { tty: true })
  })

  it('is no matter of JSON', async () => {
    const lines = (await shown(events, { format: 'json' })).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['verify-started', 'proof', 'run-finished'])
  })
})

describe('the shell that hosts are sent', () => {
  const sent = (script: string | undefined): RunEvent => ({ is: 'program-sent', host: 'web1', script })
  const script = "main() {\n  printf '%s' 'it'\\''s a secret\n  of two lines'\n}\n"

  it('is shown to who asks for it, without secrets', async () => {
    const secrets = ["it's a secret\n  of two lines"]
    const text = await shown([sent(script)], { debug: true, secrets, tty: true })
    expect(stripVTControlCharacters(text)).toMatch(
      /^# web1 runs:\nmain\(\) \{\n {2}printf '%s' '«secret»'\n\}\n$/,
    )
    expect(text).not.toMatch(/a secret|two lines/)
  })

  it('is shown to nobody else, and where a task wants nothing shown to nobody', async () => {
    expect(await shown([sent(script)])).toBe('')
    expect(await shown([sent(script)], { format: 'json' })).toBe('')
    const [hidden, json] = [
      await shown([sent(undefined)], { debug: true }),
      { format: 'json', debug: true } as const,
    ]
    expect(hidden).toBe('# web1 runs:\n: a task in it says no_log\n')
    expect(JSON.parse(await shown([sent(script)], json))).toMatchObject({ event: 'program-sent', script })
  })
})

describe('a secret', () => {
  it('is in no report, wherever it comes up', async () => {
    const secret = fc
      .string({ minLength: 6, maxLength: 20 })
      .filter((text) => /^[\x21-\x7e]+$/.test(text) && !/[ae]{6}/.test(text))
    await fc.assert(
      fc.asyncProperty(secret, fc.constantFrom('auto', 'json'), async (word, format) => {
        const failure = new Failure('STEP_FAILED', `${word} refused`, { output: `x ${word}`, next: word })
        const text = await shown(
          [
            ...planned(plan('a', step(`file[/${word}]`, `password ${word}\n`))),
            { is: 'warning', message: `about ${word}` },
            { is: 'host-failed', host: 'a', failure },
            { is: 'proof', result: { name: 'n', subject: 's', verdict: 'fail', seen: word, next: word } },
          ],
          { format: format as 'auto' | 'json', diff: true, secrets: [word] },
        )
        const plainly =
          format === 'json' ? JSON.stringify(text.split('\n').map((line) => line && JSON.parse(line))) : text
        expect(plainly.includes(word)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('is taken out of lines that look like one, and sentences about passwords stay', async () => {
    const said = 'auth_pass hunter2; token=abc; sudo wants the password of ops'
    const text = await shown([{ is: 'warning', message: said }])
    expect(text).toContain('auth_pass «secret»')
    expect(text).toContain('token=«secret»')
    expect(text).toContain('sudo wants the password of ops')
    const sentences = [
      'leave auth_type and auth_pass out',
      'the auth_pass of VI_1 ends at a #',
      'an authentication without an auth_pass',
    ]
    for (const message of sentences) expect(await shown([{ is: 'warning', message }])).toContain(message)
  })
})
