/** An expression as it was parsed; `at` is the offset in its text. */
export type Expression = { readonly at: number } & (
  | { readonly is: 'constant'; readonly value: unknown }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'list'; readonly items: readonly Expression[] }
  | { readonly is: 'tuple'; readonly items: readonly Expression[] }
  | { readonly is: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
  | { readonly is: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly is: 'item'; readonly of: Expression; readonly index: Expression }
  | {
      readonly is: 'slice'
      readonly of: Expression
      readonly start?: Expression | undefined
      readonly stop?: Expression | undefined
      readonly step?: Expression | undefined
    }
  | { readonly is: 'call'; readonly of: Expression; readonly given: Arguments }
  /** `of` is absent in a filter block. */
  | {
      readonly is: 'filter'
      readonly of: Expression | undefined
      readonly name: string
      readonly given: Arguments
    }
  | { readonly is: 'test'; readonly of: Expression; readonly name: string; readonly given: Arguments }
  | { readonly is: 'unary'; readonly operator: '-' | '+'; readonly of: Expression }
  | { readonly is: 'not'; readonly of: Expression }
  | {
      readonly is: 'binary'
      readonly operator: Operator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly is: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'concat'; readonly parts: readonly Expression[] }
  | { readonly is: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
  | {
      readonly is: 'conditional'
      readonly condition: Expression
      readonly value: Expression
      readonly otherwise: Expression | undefined
    }
)

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export interface Comparison {
  readonly operator: Comparator
  readonly right: Expression
}

/** Arguments as written. */
export interface Arguments {
  readonly positional: readonly Expression[]
  readonly named: readonly (readonly [name: string, value: Expression])[]
  /** After `*` and `**`. */
  readonly rest?: Expression | undefined
  readonly restNamed?: Expression | undefined
}

/** What is set: a name, several at once, or a field of a namespace. */
export type Target =
  | { readonly is: 'name'; readonly name: string; readonly at: number }
  | { readonly is: 'names'; readonly targets: readonly Target[]; readonly at: number }
  | { readonly is: 'field'; readonly name: string; readonly field: string; readonly at: number }

export interface Parameter {
  readonly name: string
  readonly fallback?: Expression | undefined
}

/** A statement of a template. */
export type Statement = { readonly at: number } & (
  | { readonly is: 'text'; readonly text: string }
  /** `written` is what stands between the braces. */
  | { readonly is: 'print'; readonly value: Expression; readonly written: string }
  | {
      readonly is: 'for'
      readonly target: Target
      readonly over: Expression
      readonly filter: Expression | undefined
      readonly recursive: boolean
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | {
      readonly is: 'if'
      readonly branches: readonly { readonly condition: Expression; readonly body: readonly Statement[] }[]
      readonly otherwise: readonly Statement[]
    }
  | { readonly is: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly is: 'set block'
      readonly target: Target
      readonly filter: Expression | undefined
      readonly body: readonly Statement[]
    }
  | {
      readonly is: 'with'
      readonly values: readonly (readonly [Target, Expression])[]
      readonly body: readonly Statement[]
    }
  | {
      readonly is: 'macro'
      readonly name: string
      readonly parameters: readonly Parameter[]
      readonly body: readonly Statement[]
    }
  | {
      readonly is: 'call block'
      readonly call: Expression
      readonly parameters: readonly Parameter[]
      readonly body: readonly Statement[]
    }
  | { readonly is: 'filter block'; readonly filter: Expression; readonly body: readonly Statement[] }
  | {
      readonly is: 'block'
      readonly name: string
      readonly body: readonly Statement[]
      readonly required: boolean
    }
  | { readonly is: 'extends'; readonly template: Expression }
  | {
      readonly is: 'include'
      readonly template: Expression
      readonly ignoreMissing: boolean
      readonly withContext: boolean
    }
  | {
      readonly is: 'import'
      readonly template: Expression
      readonly name: string
      readonly withContext: boolean
    }
  | {
      readonly is: 'from'
      readonly template: Expression
      readonly names: readonly (readonly [name: string, as: string])[]
      readonly withContext: boolean
    }
  | { readonly is: 'do'; readonly value: Expression }
  | { readonly is: 'break' }
  | { readonly is: 'continue' }
)
