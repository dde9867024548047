/** The first words of the first screen, which says them in every language at once. */
export const welcome = {
  'zh-Hans': '社会保障卡，在这里办',
  'zh-Hant': '社會保障卡，在這裡辦',
  en: 'Social security card, right here',
} as const;
