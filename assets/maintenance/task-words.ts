import type { Words } from '../devices/index.ts';
import { actWords } from './day-words.ts';

/** What is to be done about a step that is not at its end; `{act}` and `{card}` are put in. */
const tasks = {
  askCardManagement: [
    '向省卡管系统核实卡 {card} 的{act}是否办成，告知持卡人，并补办还需要办的。',
    'Find out at card management whether this was done to card {card}: {act}. Tell the holder, and do what is still wanted.',
  ],
  askBankCore: [
    '向银行核心系统核实卡 {card} 的{act}是否办成，告知持卡人，并补办还需要办的。',
    'Find out at the bank core whether this was done to card {card}: {act}. Tell the holder, and do what is still wanted.',
  ],
  tryBothPins: [
    '卡 {card} 的{act}是否办成，只有芯片知道。请持卡人先试新密码，再试原来的密码；锁住的到柜台解锁。',
    'Whether this was done only the chip of card {card} knows: {act}. The holder tries the new PIN first, then the old one; a locked one is unlocked at the counter.',
  ],
  askBothHosts: [
    '这笔业务由其他版本的软件开始。请向两家主机核实结果。',
    'This act was begun by another version of the software. Look at both hosts what became of it.',
  ],
} as const satisfies Readonly<Record<string, Words>>;
export type Task = keyof typeof tasks;

/** @param task its code; what is none, since another version of the software wrote it, is shown as it is */
export function taskWords({
  task,
  act,
  card = '',
}: {
  readonly task: string;
  readonly act: string;
  readonly card?: string;
}): Words {
  // An entry of another version may even lack it.
  const words: Words = Object.hasOwn(tasks, task) ? tasks[task as Task] : [`${task}`, `${task}`];
  const [chinese, english] = actWords[act] ?? [act, act];
  const filled = (text: string, what: string): string => text.replace('{card}', card).replace('{act}', what);
  return [filled(words[0], chinese), filled(words[1], english)];
}
