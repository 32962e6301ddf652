import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { functions } from '../../../src/config/templates/functions.ts'
import { needs } from '../../needs.ts'
import { freePort } from '../../transport/sshd.ts'

needs('haproxy', 'curl')

/** What a helper of templates makes of values; Handlebars itself passes its options after them. */
const made = (name: string, ...values: readonly string[]) => String(functions[name]?.(...values, {}))

it('lets a password of HAProxy be whatever it is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-words-'))
  const ports = new Map<string, number>()
  const passwords = ['plain', 'pa#ss', 'pa ss', `it's "q\\uoted"`, '$HOME $(id)', '100%', 'a;b|c&d']
  let text = 'defaults\n  mode http\n  timeout client 5s\n  timeout connect 5s\n  timeout server 5s\n'
  for (const password of passwords) {
    const port = await freePort()
    ports.set(password, port)
    text += `frontend f${port}\n  bind 127.0.0.1:${port}\n  stats enable\n  stats uri /\n  stats auth ${made('haproxy', 'admin', ':', password)}\n`
  }
  const file = join(directory, 'haproxy.cfg')
  writeFileSync(file, text)
  const haproxy = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' })
  const status = async (password: string, port: number | undefined) => {
    const words = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-u', `admin:${password}`]
    const { stdout } = await promisify(execFile)('curl', [...words, `http://127.0.0.1:${port}/`]).catch(
      () => ({ stdout: '000' }),
    )
    return stdout
  }
  try {
    for (let round = 0; round < 100 && (await status('', ports.get('plain'))) === '000'; round++)
      await pause(100)
    for (const [password, port] of ports) {
      expect(await status(password, port), password).toBe('200')
      expect(await status(password.slice(0, 2), port), password).toBe('401')
    }
  } finally {
    haproxy.kill()
    rmSync(directory, { recursive: true })
  }
})

it('has no word for a line break, in neither format', () => {
  for (const name of ['haproxy', 'xml'])
    expect(() => made(name, 'one\n  stats admin if TRUE')).toThrow('a line break')
})

it('writes into XML what XML reads as it was', () => {
  const text = `<a b="c" d='e'>&amp;</a>`
  const written = made('xml', text)
  expect(written).not.toMatch(/[<>"']/)
  expect(written.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(text)
})
