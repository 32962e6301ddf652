/** How a shell takes a line apart, also one that is not finished. */
export { shellWords } from '../config/inventory/shell-words.ts'
