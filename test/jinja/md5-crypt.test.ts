import { expect, it } from 'vitest'
import { passwordScheme } from '../../src/jinja/crypt.ts'

// As `openssl passwd -1 -salt SALT PASSWORD` has them.
it.each([
  ['abcdefgh', 'secret', '$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1'],
  ['x', 's', '$1$x$sFbXjYudXowvilKVEyC3o0'],
  ['./Ab01', 'exactly sixteen!', '$1$./Ab01$RJY2YhN3AykTiAXD/CkMu/'],
  ['zzzz', 'longer than sixteen letters, and then some more of it', '$1$zzzz$h2ucGeb3IBUawtDQTklcg/'],
  ['aB', 'grüße', '$1$aB$3pPTRVezdOoFN7TYiwr7m1'],
])('a password is hashed by md5 with the salt %s as crypt(3) does: %s', (salt, password, hash) => {
  expect(passwordScheme('md5_crypt')?.hash(password, salt)).toBe(hash)
  expect(passwordScheme('md5')?.hash(password, salt)).toBe(hash)
})

it('a scheme that is not known here is none', () => {
  expect(['blowfish', 'bcrypt', 'sha1', ''].map((name) => passwordScheme(name))).toEqual(
    Array.from({ length: 4 }, () => undefined),
  )
})
