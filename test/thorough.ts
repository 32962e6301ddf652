/**
 * Whether to try every combination (`npm run test:all`), such as each text in each place under each shell, instead of
 * each at least once.
 */
export const thorough = process.env.UNDERSTUDY_TEST_ALL === '1'
