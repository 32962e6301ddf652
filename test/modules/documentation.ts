/** Options as the documentation of a module has them. */
interface RecordedOption {
  readonly type: string
  readonly elements?: string
  readonly aliases?: readonly string[]
  readonly choices?: readonly unknown[]
  readonly default?: unknown
  readonly required?: boolean
}

/** Options by module, by name. */
export type Recorded = Readonly<Record<string, Readonly<Record<string, RecordedOption>>>>
