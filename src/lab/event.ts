/** What the lab is doing just now; the lab itself never prints. */
export interface LabEvent {
  readonly stage: 'wait' | 'image' | 'network' | 'packages' | 'boot' | 'ready' | 'down' | 'warning'
  readonly detail: string
}

/** Receives the lab's events, in order. */
export type LabListener = (event: LabEvent) => void
