import { quoted } from '../../model/quoted.ts'
import { didYouMean } from '../suggest.ts'

/** Which tasks `--tags` and `--skip-tags` leave. */
export interface TagChoice {
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
}

const special = ['always', 'never', 'all', 'tagged', 'untagged']

/** Does a task with these tags run? By Ansible's rules, `always` and `never` among them. */
export function isChosen(tags: readonly string[], { tags: only, skipTags: skip }: TagChoice): boolean {
  return isWanted(tags, only.length > 0 ? only : ['all']) && !isLeftOut(tags, skip)
}

/** Tags asked for that no task has, each with what may have been meant. */
export function unknownTags(choice: TagChoice, existing: ReadonlySet<string>): readonly string[] {
  const asked = [...choice.tags, ...choice.skipTags]
  return [...new Set(asked)]
    .filter((tag) => !special.includes(tag) && !existing.has(tag))
    .map((tag) => {
      const meant = didYouMean(tag, existing)
      const known = [...existing].filter((name) => !special.includes(name))
      const hint = meant ? `did you mean ${quoted(meant)}?` : `known: ${known.join(', ') || 'none'}`
      return `no task has the tag ${quoted(tag)}; ${hint}`
    })
}

function isWanted(tags: readonly string[], only: readonly string[]): boolean {
  if (tags.includes('always')) return true
  if (tags.some((tag) => only.includes(tag))) return true
  if (tags.includes('never')) return false
  if (only.includes('all')) return true
  return only.includes(tags.length > 0 ? 'tagged' : 'untagged')
}

function isLeftOut(tags: readonly string[], skip: readonly string[]): boolean {
  if (tags.some((tag) => skip.includes(tag))) return true
  if (skip.includes('all')) return !tags.includes('always')
  return skip.includes(tags.length > 0 ? 'tagged' : 'untagged')
}
