export { type Advice, adviceOf, hostAdvice, type Words } from './advice.ts';
export { deviceNames, type PageWord, pageWords } from './words.ts';
