import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPlaceholder, placeholdersIn } from '../../src/config/placeholders.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import { lint } from '../../src/operations/index.ts'

const found = (text: string) =>
  placeholdersIn('', parseYaml(text, 'vars.yaml')).map(({ message, where: { origin } }) => [
    message.split(':')[0],
    origin?.line,
    origin?.col,
  ])

describe('a placeholder', () => {
  it.each([
    ...[
      'change-me',
      'changeme',
      'CHANGE_ME',
      'Change Me!',
      'ChangeMe123',
      'change_this',
      'replace-me',
      'FIXME',
      'TODO',
    ],
    ...[
      'password',
      'Passw0rd',
      'password1',
      'secret',
      'SECRET',
      '<password>',
      '{your password here}',
      'my-secret',
    ],
    ...[
      'admin',
      'root',
      'test',
      'xxx',
      'XXXXXXXX',
      '********',
      '...',
      '123456',
      '12345678',
      'abc123',
      'letmein',
    ],
  ])('is %s', (text) => expect(isPlaceholder(text)).toBe(true))

  it.each([
    '9f2c',
    'correct horse battery staple',
    'admin-of-7-seas',
    'xylophone',
    'p@55-Lw9',
    '',
    '7',
    'changed twice',
  ])('is not %j', (text) => expect(isPlaceholder(text)).toBe(false))

  it.each([
    ['stats: { port: 8404, user: admin, password: change-me }', [['password', 1, 45]]],
    ['db_password: secret', [['db_password', 1, 14]]],
    ['dbPassword: changeme', [['dbPassword', 1, 13]]],
    [
      'api_key: xxx\nauth_pass: 12345678',
      [
        ['api_key', 1, 10],
        ['auth_pass', 2, 12],
      ],
    ],
    ['passwords: { db: changeme, web: k8fq }', [['passwords', 1, 18]]],
    ['vault_db_password: changeme', [['vault_db_password', 1, 20]]],
    ['url: postgres://web:changeme@db/x', [['url', 1, 6]]],
    ['stats_auth: admin:change-me', [['stats_auth', 1, 13]]],
    ['tokens: [k8fq, CHANGE_ME]', [['tokens', 1, 16]]],
    ['extra:\n  haproxy: |\n    listen s\n      stats auth admin:changeme', [['haproxy', 2, 12]]],
    ['extra: "authentication { auth_pass secret }"', [['extra', 1, 8]]],
    ['user: { name: ops, password: changeme }', [['password', 1, 30]]],
  ])('is found in %j', (text, places) => expect(found(text)).toEqual(places))

  it.each([
    'vault_user: admin\npassword_file: secret\nuser: admin\nname: test\nssh_password_policy: default',
    'passwords: { user: admin, db: k8fq }',
    'stats: { port: 0, user: "", password: "" }',
    'db_password: "{{ vault_db_password }}"',
    'ansible_user: root\ncomment: the password is secret',
    'max_tokens: 100000',
  ])('is not found in %j', (text) => expect(found(text)).toEqual([]))
})

describe('a password that nobody has chosen', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-placeholders-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }

  it('is refused wherever it stands, whoever told it, and not repeated', async () => {
    process.env.US_TEST_PLACEHOLDER = 'hunter-changeme'
    write('told.password', 'CHANGE_ME\n')
    const inventory = write(
      'inventory.yaml',
      'all:\n  vars: { smtp_password: !file told.password, other_password: !env US_TEST_PLACEHOLDER }\n  hosts: { one: {}, two: { ansible_password: "xxxx" } }\n',
    )
    const playbook = write(
      'site.yaml',
      '- hosts: all\n  vars: { db_secret: Change-Me }\n  tasks:\n    - user: { name: ops, password: letmein }\n',
    )
    try {
      await expect(lint({ inventory: [inventory], playbook })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        problems: [
          { where: { origin: { file: inventory, line: 2, col: 32 } } },
          { where: { origin: { file: inventory, line: 3, col: 46 } } },
          { where: { origin: { file: playbook, line: 2, col: 22 } } },
          { where: { origin: { file: playbook, line: 4, col: 36 } } },
        ],
      })
      const said = await lint({ inventory: [inventory], playbook }).catch((error: Error) => error.message)
      expect(said).not.toMatch(/CHANGE_ME|xxxx|letmein/)
      expect(said).toContain('openssl rand')
    } finally {
      delete process.env.US_TEST_PLACEHOLDER
    }
  })
})
