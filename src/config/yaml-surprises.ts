/** The words of YAML 1.1 for true and false that YAML 1.2 has no more, as Ansible's parser knows them. */
export const olderTruths: ReadonlyMap<string, boolean> = new Map(
  (['yes', 'on', 'no', 'off'] as const).flatMap((word) =>
    [word, `${word[0]?.toUpperCase()}${word.slice(1)}`, word.toUpperCase()].map(
      (one) => [one, word === 'yes' || word === 'on'] as const,
    ),
  ),
)

/** What a user who knows YAML 1.1 (Ansible's) would read differently in this unquoted value, if anything. */
export function surprise(source: string, key: string): string | undefined {
  // Permissions are taken by their digits, so 0644 is no surprise there.
  if (/^[-+]?0[0-7]+$/.test(source) && !/(^|_)mode$/.test(key))
    return `${source} is the decimal number ${Number(source)} here, not an octal one: write '${source}' or ${Number(source)}`
  return undefined
}
