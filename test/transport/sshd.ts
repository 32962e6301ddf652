import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A directory of one test's own keys, and sshd servers on loopback that know them. */
export interface SshLab extends Disposable {
  readonly directory: string
  /** A private key that every server of this lab lets in. */
  readonly key: string
  makeKey(name: string, passphrase?: string, type?: string): string
  authorize(key: string, passphrase?: string): void
  file(name: string, text: string, mode?: number): string
  /** `within`: words before those that start it, which must end as sshd; `answering`: waits until it listens, where that is not here. */
  start(
    options?: readonly string[],
    hostKeyTypes?: readonly string[],
    within?: readonly string[],
    answering?: (port: number) => Promise<void>,
  ): Promise<Sshd>
}

/** One running server. */
export interface Sshd {
  readonly port: number
  readonly pid: number
  /** Public host keys, as `type base64`. */
  readonly hostKeys: readonly string[]
  /** A file that holds these keys under the right name. */
  readonly knownHosts: string
  stop(): Promise<void>
}

export function openSshLab(): SshLab {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-sshd-'))
  // Servers read authorized_keys as the user who logs in.
  chmodSync(directory, 0o755)
  const running: Sshd[] = []
  const authorized: string[] = []
  const file = (name: string, text: string, mode = 0o600): string => {
    const path = join(directory, name)
    writeFileSync(path, text, { mode })
    return path
  }
  const makeKey = (name: string, passphrase = '', type = 'ed25519'): string => {
    const path = join(directory, name)
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', path])
    return path
  }
  const authorize = (key: string, passphrase = '') => {
    authorized.push(publicKey(key, passphrase))
    file('authorized_keys', `${authorized.join('\n')}\n`, 0o644)
  }
  const key = makeKey('id')
  authorize(key)
  return {
    directory,
    key,
    makeKey,
    authorize,
    file,
    async start(options = [], hostKeyTypes = ['ed25519'], within = [], answering = answers) {
      mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
      // One that listens in another network leaves its port free here.
      let port = await freePort()
      while (running.some((one) => one.port === port)) port = await freePort()
      const hostKeys = hostKeyTypes.map((type) => makeKey(`host_${port}_${type}`, '', type))
      const config = file(
        `sshd_${port}`,
        [
          // The first value of a keyword counts.
          ...options,
          `Port ${port}`,
          ...(options.some((one) => one.startsWith('ListenAddress ')) ? [] : ['ListenAddress 127.0.0.1']),
          ...hostKeys.map((path) => `HostKey ${path}`),
          `PidFile ${directory}/sshd_${port}.pid`,
          `AuthorizedKeysFile ${directory}/authorized_keys`,
          'StrictModes no',
          'UsePAM no',
          'PermitRootLogin yes',
          'PasswordAuthentication no',
          'KbdInteractiveAuthentication no',
          'MaxStartups 100',
          // Bash takes itself for a nested one, and leaves alone what the owner of this computer has in ~/.bashrc.
          'SetEnv SHLVL=2',
          '',
        ].join('\n'),
      )
      const [command = '', ...words] = [...within, '/usr/sbin/sshd', '-D', '-e', '-f', config]
      const child = spawn(command, words, { stdio: 'ignore' })
      await answering(port)
      const shown = hostKeys.map((path) => publicKey(path))
      const server: Sshd = {
        port,
        pid: child.pid ?? 0,
        hostKeys: shown,
        knownHosts: file(`known_${port}`, shown.map((each) => `[127.0.0.1]:${port} ${each}\n`).join('')),
        stop: async () => {
          if (child.exitCode !== null) return
          const ended = new Promise((resolve) => child.once('exit', resolve))
          child.kill()
          await ended
        },
      }
      running.push(server)
      return server
    },
    [Symbol.dispose]() {
      for (const server of running) void server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** `type base64` of a key file. */
export function publicKey(path: string, passphrase = ''): string {
  return execFileSync('ssh-keygen', ['-y', '-P', passphrase, '-f', path], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .slice(0, 2)
    .join(' ')
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answers(port: number): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = dial(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
      setTimeout(() => socket.destroy(), 500).unref()
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(50)
  }
  throw new Error(`sshd does not answer on port ${port}`)
}
