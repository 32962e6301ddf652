/** Hosts that are worked on at the same time where it is not said. */
export const usualForks = 32
