/** What a user who knows YAML 1.1 (Ansible's) would read differently in this unquoted value, if anything. */
export function surprise(source: string, key: string): string | undefined {
  if (/^(yes|no|on|off)$/i.test(source)) {
    const meant = /^(yes|on)$/i.test(source)
    return `${source} is text here, not a truth value: write ${meant}, or '${source}' if text is meant`
  }
  // Permissions are taken by their digits, so 0644 is no surprise there.
  if (/^[-+]?0[0-7]+$/.test(source) && !/(^|_)mode$/.test(key))
    return `${source} is the decimal number ${Number(source)} here, not an octal one: write '${source}' or ${Number(source)}`
  return undefined
}
