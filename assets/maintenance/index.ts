export * from './day-words.ts';
export * from './journal-words.ts';
export {
  type SelfTestLine,
  type SelfTestText,
  selfTestCodes,
  selfTestText,
  subjectWords,
  verdictWords,
  versionWords,
} from './self-test.ts';
export { storyWords, taskWords } from './story-words.ts';
export * from './test-words.ts';
export * from './words.ts';
