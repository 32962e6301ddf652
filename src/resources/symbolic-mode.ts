const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 }

/** Is it octal? */
export function isOctal(mode: string): boolean {
  return /^[0-7]{4}$/.test(mode)
}

/**
 * Four octal digits for symbolic permissions such as `u=rw,g+r,o=`, starting from those that a thing has, as chmod does it
 * with no umask. `X` is the right to run where somebody has it already, and for directories.
 */
export function resolvedMode(symbolic: string, had: string, isDirectory: boolean): string {
  let bits = Number.parseInt(had, 8)
  for (const clause of symbolic.split(',')) {
    const who = /^[ugoa]*/.exec(clause)?.[0] ?? ''
    const classes = who === '' || who.includes('a') ? ['u', 'g', 'o'] : [...who]
    for (const [, sign = '', rights = ''] of clause.slice(who.length).matchAll(/([-+=])([rwxXstugo]*)/g)) {
      const mask = classes.reduce((all, one) => all | rightsOf(rights, one, bits, isDirectory), 0)
      const whole = classes.reduce((all, one) => all | (0o7 << (shifts[one] ?? 0)) | special(one), 0)
      if (sign === '+') bits |= mask
      else if (sign === '-') bits &= ~mask
      else bits = (bits & ~(isDirectory ? whole & 0o777 : whole)) | mask
    }
  }
  return bits.toString(8).padStart(4, '0')
}

/** Set-user-ID, set-group-ID and the sticky bit belong to one class each. */
function special(one: string): number {
  return one === 'u' ? 0o4000 : one === 'g' ? 0o2000 : 0o1000
}

function rightsOf(rights: string, one: string, bits: number, isDirectory: boolean): number {
  const shift = shifts[one] ?? 0
  return [...rights].reduce((all, right) => {
    if (right === 'r') return all | (4 << shift)
    if (right === 'w') return all | (2 << shift)
    if (right === 'x') return all | (1 << shift)
    if (right === 'X') return isDirectory || (bits & 0o111) !== 0 ? all | (1 << shift) : all
    if (right === 's') return one === 'o' ? all : all | special(one)
    if (right === 't') return all | 0o1000
    return all | (((bits >> (shifts[right] ?? 0)) & 0o7) << shift)
  }, 0)
}
