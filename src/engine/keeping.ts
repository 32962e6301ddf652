/** What a run keeps of machines before it changes them, so that they can be taken back to it. */
export interface Keeping {
  /** The run, by whose name machines keep it: letters and digits. */
  readonly run: string
  /** Names of the machines on which something was begun that was kept before, the one begun last at the end. */
  readonly changed: Set<string>
}

/** Notes that something is begun there. */
export function noteChanged({ changed }: Keeping, host: string): void {
  changed.delete(host)
  changed.add(host)
}
