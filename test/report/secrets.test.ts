import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSecretName, passwordsIn } from '../../src/config/secrecy.ts'
import { former, hidden } from '../../src/model/marked.ts'
import { differenceLines } from '../../src/report/differences.ts'
import { redactor } from '../../src/report/redaction.ts'

describe('the name of a secret', () => {
  it.each([
    'api_key',
    'apiKey',
    'vault_db',
    'dbPassword',
    'auth_pass',
    'github_token',
    'ssh_private_key',
    'pwd',
  ])('is %s', (name) => expect(isSecretName(name)).toBe(true))
  it.each(['private_network', 'bypass', 'compass', 'passive_checks', 'key', 'keyboard', 'default', 'monkey'])(
    'is not %s',
    (name) => expect(isSecretName(name)).toBe(false),
  )
  it('may be missing where an address holds a password', () => {
    expect(passwordsIn('postgres://web:p%40ss@db/shop')).toEqual(['p%40ss', 'p@ss'])
    expect(passwordsIn('https://example.com/a:b@c')).toEqual([])
  })
})

describe('a secret', () => {
  const text = fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' })

  it('is not shown in any form in which it may reach an output', () => {
    fc.assert(
      fc.property(text, text, text, (secret, before, after) => {
        fc.pre(secret.trim().length > 5 && !secret.includes('\n') && !hidden.includes(secret))
        const redact = redactor(new Set([secret]))
        const base64 = redact(Buffer.from(`${before}${secret}${after}`).toString('base64'))
        expect(Buffer.from(base64, 'base64').toString()).not.toContain(secret)
        for (const form of [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          secret.replaceAll("'", "'\\''"),
          secret.replace(/[&<>"]/g, (sign) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt' }[sign] ?? 'quot'};`),
        ])
          expect(redact(`${before} ${form} ${after}`)).toContain(hidden)
      }),
    )
  })

  it.each([
    ['\nZQ7Q :k', '  told:\n      \n      ZQ7Q :k!\n'],
    ['ab1\n', 'an ab1 and\n'],
    ['  x-1Y\r\n', '\tx-1Y\n'],
  ])('with nothing but space around its only line is hidden without that space: %j', (secret, text) => {
    const shown = redactor(new Set([secret]))(text)
    expect(shown).not.toContain(secret.trim())
    expect(shown).toContain('«secret»')
  })

  it('of several lines is hidden line by line', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n  9w0BAQEFAASCBKcwggSj\nAg==\n-----END KEY-----\n'
    const redact = redactor(new Set([key]))
    expect(redact('  9w0BAQEFAASCBKcwggSj\n+MIIEvQIBADANBgkqhkiG')).toBe(`  ${hidden}\n+${hidden}`)
  })
})

describe('what a secret replaces', () => {
  const redact = redactor(new Set(['new-one', 'line-one-of-it\nline-two-of-it']))
  const lines = (before: string, after: string) =>
    differenceLines([{ is: 'text', path: '/etc/x', before, after }], redact)

  it('is hidden as well, and nothing else is', () => {
    const shown = lines(
      'listen stats\n  stats auth admin:old-one\n  mode http\n',
      'listen stats\n  stats auth admin:new-one\n  mode tcp\n',
    )
    expect(shown).toContain(`-  stats auth admin:${former}`)
    expect(shown).toContain(`+  stats auth admin:${hidden}`)
    expect(shown).toContain('-  mode http')
    expect(shown.join('\n')).not.toMatch(/old-one|new-one/)
  })

  it('is hidden in the name of what differs, which stays on its line', () => {
    const text = { is: 'text', path: '/etc/new-one/\u001b[2Jx\ny', before: undefined, after: 'a\n' } as const
    expect(differenceLines([text], redact)[1]).toBe(`+++ /etc/${hidden}/^[[2Jx^Jy`)
    const attribute = { is: 'attribute', name: 'of new-one', before: undefined, after: 'a' } as const
    expect(differenceLines([attribute], redact)).toEqual([`of ${hidden}: (none) → a`])
  })

  it('is hidden where it has several lines, and in attributes', () => {
    expect(lines('a\nold-secret-line\nz\n', 'a\nline-one-of-it\nline-two-of-it\nz\n').join('\n')).not.toMatch(
      /old-secret|-of-it/,
    )
    expect(
      differenceLines(
        [{ is: 'attribute', name: 'login', before: 'admin:old', after: 'admin:new-one' }],
        redact,
      ),
    ).toEqual([`login: admin:${former} → admin:${hidden}`])
  })
})
