export { didYouMean, editDistance, suggestion } from '../model/suggest.ts'
