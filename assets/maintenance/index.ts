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
export { storyWords } from './story-words.ts';
export { type Task, taskWords } from './task-words.ts';
export * from './test-words.ts';
export * from './words.ts';
