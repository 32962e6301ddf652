import { randomBytes } from 'node:crypto'
import { Failure } from '../../src/model/failure.ts'
import type { Host } from '../../src/model/host.ts'
import type { Program, Script } from '../../src/model/script.ts'
import type { Frame, Session } from '../../src/model/session.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { type ConnectOptions, createConnector } from '../../src/transport/index.ts'
import type { Sshd, SshLab } from './sshd.ts'

/** A program that answers one question with the output of a script, after these steps. */
export function program(ask: Script, steps: readonly Script[] = []) {
  return buildProgram(randomBytes(8).toString('hex'), {
    asks: [{ sensor: { name: 'test', ask: () => ask, read: () => new Map() }, subjects: [] }],
    steps: steps.map((script) => ({
      script,
      title: 'a step',
      ignoreErrors: false,
      environment: {},
      uploads: {},
    })),
  })
}

/** What the host answers to a script. */
export function answer(session: Session, script: Script, signal?: AbortSignal): Promise<string> {
  return answerTo(session, program(script), signal)
}

/** What the host answers to a program of one question. */
export async function answerTo(session: Session, asked: Program, signal?: AbortSignal): Promise<string> {
  const frames: Frame[] = []
  for await (const frame of session.run(asked, signal)) frames.push(frame)
  const first = frames.find(({ is }) => is === 'answer')
  if (first?.is !== 'answer') throw new Error(`no answer: ${JSON.stringify(frames)}`)
  return first.output.trim()
}

export const whoami = sh`id -un`

/** Options of a test: no question may be asked unless the test says so. */
export function options(more: Partial<ConnectOptions> = {}): ConnectOptions {
  return {
    sshConfigFile: 'none',
    hostKeys: 'strict',
    // A busy computer takes its time.
    timeoutSeconds: 60,
    askSecret: () => Promise.reject(new Error('nothing should be asked')),
    ...more,
  }
}

/** The host that a server of a lab is, with its key known and ours accepted, unless `more` says otherwise. */
export function hostOf(lab: SshLab, server: Sshd, more: Partial<Host> = {}): Host {
  return {
    name: 'web1',
    address: '127.0.0.1',
    port: server.port,
    user: 'root',
    connection: 'ssh',
    privateKeyFile: lab.key,
    sshArgs: knownHosts(server.knownHosts),
    ...more,
  }
}

/** Arguments that leave this computer's own known_hosts and agent out of it. */
export function knownHosts(file: string): readonly string[] {
  return ['-o', `UserKnownHostsFile=${file}`, '-o', 'GlobalKnownHostsFile=none', '-o', 'IdentityAgent=none']
}

export function connect(host: Host, more: Partial<ConnectOptions> = {}): Promise<Session> {
  return createConnector(options(more)).connect(host, new AbortController().signal)
}

/** The failure that a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (cause: unknown) => cause,
  )
  if (error instanceof Failure) return error
  throw error
}
