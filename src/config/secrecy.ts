/** Words that say of a value that it is secret, wherever in a name they stand. */
const secretWords = new Set(
  (
    'pass password passwords passwd passphrase pwd secret secrets token tokens credential credentials ' +
    'apikey bearer'
  ).split(' '),
)

/** What comes before `key` where the key is one that opens something. */
const ofKeys = new Set('access api auth encryption hmac master private secret shared signing'.split(' '))

/**
 * Does this name, by its look, belong to a value that must not be shown? A net beneath what is known to be secret:
 * `api_key`, `dbPassword` and `vault_db` are secrets by their names, `private_network` and `bypass` are not.
 */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  return words[0] === 'vault' || words.some((word, index) => isSecretWord(word, words[index - 1]))
}

/** Does a value of this name hold a password, rather than something about one, as `password_file` and `vault_user` do? */
export function isPasswordName(name: string): boolean {
  const words = wordsOf(name)
  return isSecretWord(words.at(-1) ?? '', words.at(-2))
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

function isSecretWord(word: string, before = ''): boolean {
  if (secretWords.has(word) || /(?:password|passwd|passphrase|secret)$/.test(word)) return true
  return word === 'key' && ofKeys.has(before)
}

/** The password in an address such as `postgres://user:password@host/`, as it stands there and as it is meant. */
export function passwordsIn(text: string): readonly string[] {
  const [, password] = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(text) ?? []
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}
