import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { Sensor } from '../../src/model/sensor.ts'
import type { Frame } from '../../src/model/session.ts'
import { parseFrames } from '../../src/shell/frames.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { type Shell, shells } from '../sensors/ask.ts'

needs('dash', 'busybox', 'python3')

const saying = (name: string, script: ReturnType<typeof sh>): Sensor<string> => ({
  name,
  ask: () => script,
  read: () => new Map(),
})
const step = (script: ReturnType<typeof sh>) => ({
  title: 'command[a]',
  ignoreErrors: true,
  environment: {},
  uploads: {},
  script,
})

const words = [
  sh`echo one; printf '%s\n' 'two %s \n'; printf 'three'`,
  sh`:`,
  sh`printf '\n\nfour\n\n'; exit 3`,
  sh`us_said=lost; false`,
]
const program = buildProgram('n', {
  asks: words.map((script, index) => ({ sensor: saying(`words ${index}`, script), subjects: [''] })),
  steps: [step(sh`true`), step(sh`echo out`), step(sh`echo err >&2; false`)],
})

const printing: readonly (readonly [Shell])[] = [...shells, [['bash', '-s']]]

/** What a shell prints, by the pieces in which it leaves: a socket keeps datagrams apart, as a server does packets. */
function pieces(shell: readonly string[]): readonly string[] {
  const reader = `import json, socket, subprocess, sys
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
made = subprocess.Popen(sys.argv[1:], stdin=sys.stdin, stdout=theirs); theirs.close()
said = []
while piece := ours.recv(1 << 20): said.append(piece.decode())
made.wait(); print(json.dumps(said))`
  const output = execFileSync('python3', ['-c', reader, ...shell], {
    encoding: 'utf8',
    input: program.script,
  })
  return JSON.parse(output)
}

it.each(printing)('prints an answer in one piece with the marks around it, by %s', async (shell) => {
  const said = pieces(shell)
  const frames: Frame[] = []
  for await (const frame of parseFrames('n', from(said)))
    frames.push(frame.is === 'answer' ? { ...frame, output: frame.output.trimEnd() } : frame)
  expect(frames).toEqual([
    { is: 'step-started', index: 0 },
    { is: 'step-finished', index: 0, status: 0, stdout: '', stderr: '' },
    { is: 'step-started', index: 1 },
    { is: 'step-finished', index: 1, status: 0, stdout: 'out\n', stderr: '' },
    { is: 'step-started', index: 2 },
    { is: 'step-finished', index: 2, status: 1, stdout: '', stderr: 'err\n' },
    { is: 'answer', index: 0, status: 0, output: 'one\ntwo %s \\n\nthree' },
    { is: 'answer', index: 1, status: 0, output: '' },
    { is: 'answer', index: 2, status: 3, output: '\n\nfour' },
    { is: 'answer', index: 3, status: 1, output: '' },
    { is: 'done' },
  ])
  if (shell[0] === 'bash') return
  // The first mark, and an answer each; of the steps a beginning and an end each, and what they print beside.
  expect(said.filter((piece) => / (?:ask|answer|done)\b/.test(piece))).toHaveLength(1 + words.length + 1)
  expect(said.filter((piece) => / (?:start|stdout|stderr|finish) /.test(piece))).toHaveLength(3 + 3 + 1)
})

async function* from(said: readonly string[]): AsyncGenerator<string> {
  yield* said
}
