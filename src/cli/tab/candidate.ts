/** A word that could stand somewhere, and what it means. */
export interface Candidate {
  readonly value: string
  readonly meaning?: string
}
