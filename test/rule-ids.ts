/** A text without the ids of rules that stand behind messages: most tests are about what is said. */
export function withoutRuleIds(text: string): string {
  return text.replaceAll(/ \[[a-z]+(?:-[a-z0-9]+)+\](?= →|$)/gm, '')
}
