import type { Words } from '../devices/index.ts';

/** The business day, what does not add up in it, and what was left to people. */
export const dayWords = {
  day: ['营业日 {day}，自 {clock}', 'Business day {day}, since {clock}'],
  due: ['自 {clock} 起应当日终', 'Due to be closed since {clock}'],
  visits: ['服务人次 {n}', '{n} visits'],
  ours: ['本机', 'This machine'],
  theirs: ['主机', 'Host'],
  apart: ['相差', 'Difference'],
  sum: ['合计', 'Together'],
  unread: ['未取得', 'not read'],
  noActs: ['今天还没有办成的业务', 'No act was done this day'],
  acts: ['业务笔数', 'Acts'],
  stock: ['卡片', 'Cards'],
  count: ['现在 {n} 张', 'now {n}'],
  counted: ['清点', 'Counted'],
  points: ['待查事项', 'To be looked at'],
  nothing: ['全部相符', 'Everything adds up'],
  expected: ['账上 {n} 张，相差 {more}', 'by the book {n}: a difference of {more}'],
  begin: ['开始日终', 'Begin the day-end'],
  again: ['重新核对', 'Compare again'],
  close: ['两人签字，结束本日', 'Two persons sign and close the day'],
  leave: ['以后再做', 'Not now'],
  stopped: ['日终进行中，暂不为客户服务。', 'The day is being closed: nobody is served.'],
  branchOnly: ['由网点人员办理日终。', 'The day is closed by the clerk or the manager.'],
  comparing: ['正在等待在途业务，并向两家主机取数', 'Waiting for what is on its way, and asking both hosts'],
  last: ['营业日 {day} 已由 {first} 和 {second} 签字', 'Day {day} was signed by {first} and {second}'],
  print: ['再打印凭条', 'Print the slip again'],
  retained: ['收存的卡', 'Cards that were kept'],
  noRetained: ['没有收存的卡', 'No card is kept'],
  claim: ['领卡编号 {claim}', 'claim number {claim}'],
  last4: ['末四位 {last4}', 'ending {last4}'],
  until: ['保管到 {day}', 'kept until {day}'],
  handBack: ['已交还，查验了：', 'Given back; seen was:'],
  destroy: ['已销毁', 'Destroyed'],
  settledBy: ['{state}，卡 {staff}', '{state}, card {staff}'],
  unresolved: ['要人工核实的业务', 'Acts for a person to look after'],
  noUnresolved: ['没有要核实的业务', 'Nothing is left for a person'],
  found: ['核实结果：', 'What you found out:'],
} as const satisfies Readonly<Record<string, Words>>;

/** Who keeps what an act changes. */
export const legWords = {
  social: ['社保', 'social'],
  financial: ['银行', 'bank'],
  chip: ['芯片', 'chip'],
} as const satisfies Readonly<Record<string, Words>>;
export const placeWords = { dispense: ['发卡箱', 'Hopper'], retain: ['回收箱', 'Bin'] } as const satisfies Readonly<
  Record<string, Words>
>;
export const stockWords = {
  carried: ['上日结转', 'carried over'],
  loaded: ['装入', 'loaded'],
  removed: ['取出', 'taken out'],
  test: ['测试发出', 'left in tests'],
  retained: ['收入回收箱', 'ended in the bin'],
  kept: ['收存', 'came in'],
  missing: ['缺卡', 'missing'],
  found: ['多卡', 'found'],
  unbooked: ['无记录变动', 'moved unrecorded'],
} as const satisfies Readonly<Record<string, Words>>;

export const pointWords = {
  hostUnread: ['主机没有给出总数', 'The host told no totals'],
  actsDiffer: ['主机与本机笔数不同', 'Host and machine count differently'],
  actsCarried: ['上日已列的差', 'A difference known from before'],
  cardsMissing: ['登记了缺卡', 'Cards were booked as missing'],
  cardsFound: ['登记了多卡', 'Cards were booked as found'],
  cardsUnbooked: ['有卡片变动没有记录', 'Cards moved without a record'],
  cardsShort: ['少卡', 'Cards are missing'],
  cardsOver: ['多卡', 'There are too many cards'],
  actOpen: ['业务还在办理中', 'An act is still on its way'],
  actUnresolved: ['业务要人工核实', 'An act is for a person to look after'],
} as const satisfies Readonly<Record<string, Words>>;

/** What the branch says of a point. */
export const dayWordWords = {
  hostAsked: ['已询主机', 'The host was asked'],
  doneAtCounter: ['柜台已办', 'Done at the counter'],
  lookedInto: ['核查中', 'Being looked into'],
  carriedOver: ['转下日', 'Carried over'],
} as const satisfies Readonly<Record<string, Words>>;

export const slipWords = {
  done: ['凭条已打印', 'the slip is printed'],
  notDone: ['凭条没有打印', 'the slip is not printed'],
  unknown: ['凭条不知是否打印', 'nobody knows whether the slip came out'],
} as const satisfies Readonly<Record<string, Words>>;

export const retainedWords = {
  kept: ['收存中', 'Kept'],
  handedBack: ['已交还', 'Given back'],
  destroyed: ['已销毁', 'Destroyed'],
} as const satisfies Readonly<Record<string, Words>>;

export const seenWords = {
  residentId: ['身份证', 'ID card'],
  socialCard: ['社保卡', 'Social security card'],
  passport: ['护照', 'Passport'],
  other: ['其他证件', 'Another document'],
} as const satisfies Readonly<Record<string, Words>>;

export const findingWords = {
  done: ['已经办成', 'It was done'],
  notDone: ['没有办成', 'It was not done'],
} as const satisfies Readonly<Record<string, Words>>;

/** Acts on cards; one that is not here is shown as it is. */
export const actWords: Readonly<Record<string, Words>> = {
  temporaryLoss: ['临时挂失', 'temporary loss report'],
  formalLoss: ['正式挂失', 'formal loss report'],
  unfreeze: ['解除挂失', 'unfreeze'],
  enableSocial: ['启用社保功能', 'enable the social function'],
  activate: ['开通银行账户', 'activate the account'],
  changePin: ['修改银行密码', 'change of the bank PIN'],
  changeCardPin: ['修改社保卡密码', 'change of the card PIN'],
  resetPin: ['重置银行密码', 'new bank PIN'],
  unlockSocialPin: ['解锁社保卡密码', 'unlock the social PIN'],
};
