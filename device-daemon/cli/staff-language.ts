import type { Words } from '#assets/devices/index.ts';

/** Chinese where the person's shell is Chinese. */
export function staffLanguage(environment: NodeJS.ProcessEnv = process.env): (words: Words) => string {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const chinese = (LC_ALL ?? LC_MESSAGES ?? LANG ?? '').startsWith('zh');
  return ([zh, en]) => (chinese ? zh : en);
}
