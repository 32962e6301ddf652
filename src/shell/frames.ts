import { Failure } from '../model/failure.ts'
import type { Frame } from '../model/session.ts'

/**
 * Characters that a host may print before the first mark, where only files that its shell reads at login have a say,
 * between two marks, and in all of one program.
 */
const greetingLimit = 256 * 1024
const answerLimit = 8 * 1024 * 1024
const programLimit = 32 * 1024 * 1024

/** What keeping an empty line costs, in characters. */
const lineCost = 16

/**
 * Reads a program's standard output as frames, as they come. A mark carries what was printed since the mark
 * before it; `onMark` is told of each. The caller must check that the last frame is `done`: a stream that ends without
 * it was cut. Throws INSPECTION_FAILED as soon as a host has printed more than anybody could need, and CONNECTION_LOST
 * on marks that no program makes.
 */
export async function* parseFrames(
  nonce: string,
  chunks: AsyncIterable<string>,
  onMark: (verb: string, index: number) => void = () => {},
): AsyncGenerator<Frame> {
  const prefix = `@@${nonce} `
  const outputs = new Map<number, { stdout: string; stderr: string }>()
  const body: string[] = []
  let since = 0
  let limit = greetingLimit
  for await (const line of splitLines(chunks, () => limit - since)) {
    since += line.length + lineCost
    if (since > limit) throw tooMuch(limit)
    if (!line.startsWith(prefix)) {
      body.push(line)
      continue
    }
    since = 0
    limit = answerLimit
    const [verb = '', word = '', ...rest] = line.slice(prefix.length).split(' ')
    onMark(verb, Number(word))
    const text = body.splice(0).join('\n')
    const frame = readMark(verb, Number(word), rest.join(' '), text, outputs, word)
    if (frame) yield frame
  }
}

function readMark(
  verb: string,
  index: number,
  rest: string,
  body: string,
  outputs: Map<number, { stdout: string; stderr: string }>,
  word: string,
): Frame | undefined {
  const output = outputs.get(index) ?? { stdout: '', stderr: '' }
  switch (verb) {
    case 'ask':
      return undefined
    case 'answer':
      return { is: 'answer', index, status: Number(rest), output: body }
    case 'start':
      return { is: 'step-started', index }
    case 'stdout':
      outputs.set(index, { ...output, stdout: body })
      return undefined
    case 'stderr':
      outputs.set(index, { ...output, stderr: body })
      return undefined
    case 'finish':
      return { is: 'step-finished', index, status: Number(rest), ...output }
    case 'locked':
      return { is: 'locked', holder: [word, rest].join(' ') }
    case 'done':
      return { is: 'done' }
    default:
      throw new Failure('CONNECTION_LOST', `the host answered with an unknown mark "${verb}"`)
  }
}

/** Lines, of which none may be longer than there is room for. */
async function* splitLines(chunks: AsyncIterable<string>, room: () => number): AsyncGenerator<string> {
  let rest = ''
  let all = 0
  for await (const chunk of chunks) {
    all += chunk.length
    if (all > programLimit) throw tooMuch(programLimit)
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
    if (rest.length > room()) throw tooMuch(rest.length)
  }
  if (rest !== '') yield rest
}

function tooMuch(characters: number): Failure {
  const size = characters < 1024 * 1024 ? `${characters >> 10} KiB` : `${characters >> 20} MiB`
  return new Failure('INSPECTION_FAILED', `it printed more than ${size} without an end, and was cut off`, {
    next: 'log in and see what the shell there, or what it starts at login, goes on printing',
  })
}
