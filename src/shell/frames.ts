import { Failure } from '../model/failure.ts'
import type { Frame } from '../model/session.ts'

/**
 * Reads a program's standard output as frames, as they come. A mark carries what was printed since the mark
 * before it. The caller must check that the last frame is `done`: a stream that ends without it was cut.
 */
export async function* parseFrames(nonce: string, chunks: AsyncIterable<string>): AsyncGenerator<Frame> {
  const prefix = `@@${nonce} `
  const outputs = new Map<number, { stdout: string; stderr: string }>()
  const body: string[] = []
  for await (const line of splitLines(chunks)) {
    if (!line.startsWith(prefix)) {
      body.push(line)
      continue
    }
    const [verb, index, ...rest] = line.slice(prefix.length).split(' ')
    const text = body.splice(0).join('\n')
    const frame = readMark(verb ?? '', Number(index), rest.join(' '), text, outputs, index ?? '')
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

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}
