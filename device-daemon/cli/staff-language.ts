import type { Words } from '#assets/devices/index.ts';
import type { StaffLanguage } from '#protocol/generated/kiosk.ts';

/** Chinese where the person's shell is Chinese. */
export function shellLanguage({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv = process.env): StaffLanguage {
  return (LC_ALL ?? LC_MESSAGES ?? LANG ?? '').startsWith('zh') ? 'zh-Hans' : 'en';
}

export function staffLanguage(environment: NodeJS.ProcessEnv = process.env): (words: Words) => string {
  const chinese = shellLanguage(environment) === 'zh-Hans';
  return ([zh, en]) => (chinese ? zh : en);
}
