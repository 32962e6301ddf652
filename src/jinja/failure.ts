/** What is wrong with a template, at an offset of its text; whoever knows the file makes a message of it. */
export class JinjaError extends Error {
  /** Where in the text; set by whoever knows it first. */
  offset: number | undefined
  /** What to do about it. */
  readonly next: string | undefined
  /** The template it happened in, if it is another than the one that was rendered. */
  template: { readonly name: string; readonly text: string } | undefined

  constructor(
    message: string,
    detail: { readonly offset?: number; readonly next?: string | undefined } = {},
  ) {
    super(message)
    this.name = 'JinjaError'
    this.offset = detail.offset
    this.next = detail.next
  }
}

/** A name or key that is not there was used; `default()` and `is defined` do not mind. */
export class UndefinedError extends JinjaError {}

/** More work, or more text, than any sensible template asks for. */
export class TooMuch extends JinjaError {}
