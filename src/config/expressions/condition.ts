/**
 * A condition with `{{ }}` in it as an expression without: Ansible's users write them although none are needed. What
 * they hold is computed once, and never read as an expression anew, so that no result can say what is asked of it.
 * `undefined` where it holds statements.
 */
export function expressionIn(condition: string): string | undefined {
  if (condition.includes('{%') || condition.includes('{#')) return undefined
  if (!condition.includes('{{')) return condition
  return condition
    .replaceAll(/(['"])\{\{((?:(?!\}\}|\1)[\s\S])*)\}\}\1/g, (_, __, inner: string) => `((${inner}) ~ '')`)
    .replaceAll('{{', '(')
    .replaceAll('}}', ')')
}
