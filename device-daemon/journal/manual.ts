import { levelWords } from '#assets/shell/index.ts';
import type { StaffLanguage } from '#protocol/generated/kiosk.ts';
import { type EventId, events } from './events.ts';
import { examples } from './examples.ts';
import { chinese } from './sentences.zh-Hans.ts';
import { sentenceOf } from './story.ts';

const nothing = '-';
const ids = Object.keys(events) as readonly EventId[];
const table = (rows: readonly (readonly string[])[]): readonly string[] => rows.map((row) => `| ${row.join(' | ')} |`);

/** The event manual, Markdown. What an event means is written for makers, in English; the rest for whoever reads it. */
export function eventManual(language: StaffLanguage): string {
  const reads = (id: EventId): string => sentenceOf(id, examples[id], language);
  const [title, source, heads, rows] =
    language === 'en'
      ? ([
          'Event manual',
          'Generated from `device-daemon/journal/events.ts` by `npx kiosk events`. [中文](events.zh-Hans.md)',
          ['event', 'level', 'meaning', 'so it reads, for example', 'what to do'],
          ids.map((id) => [`\`${id}\``, events[id].level, events[id].meaning, reads(id), events[id].todo || nothing]),
        ] as const)
      : ([
          '事件手册',
          '由 `npx kiosk events` 从 `device-daemon/journal/sentences.zh-Hans.ts` 生成。[English](events.md)',
          ['事件', '级别', '日志里这样写（例）', '怎么办'],
          ids.map((id) => [`\`${id}\``, levelWords[events[id].level][0], reads(id), chinese[id][0] || nothing]),
        ] as const);
  return [`# ${title}`, '', source, '', ...table([heads, heads.map(() => '---'), ...rows]), ''].join('\n');
}
