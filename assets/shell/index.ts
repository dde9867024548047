import type { Words } from '../devices/index.ts';

// What the command line says of the same things as the maintenance pages, a line for each.

/** How grave an entry of the journal is. */
export const levelWords = {
  info: ['信息', 'info'],
  notice: ['留意', 'notice'],
  warning: ['警告', 'warning'],
  fault: ['故障', 'fault'],
  alarm: ['警报', 'alarm'],
} as const satisfies Readonly<Record<string, Words>>;

/** Who keeps what an act changes. */
export const sideWords: Readonly<Record<string, Words>> = {
  social: ['省卡管系统', 'card management'],
  financial: ['银行核心系统', 'bank core'],
};

export const openActWords = {
  began: ['受理时间', 'began'],
  case: ['编号', 'case'],
  act: ['业务', 'act'],
  side: ['一方', 'side'],
  why: ['原因', 'why'],
  unresolved: ['要人工核实', 'A person has to look'],
  open: ['终端还在办理', 'The kiosk still sees to it'],
  nothingYet: [
    '暂时不用做什么：运行中的终端会继续询问；一天还没有结果，就转为人工核实。',
    'Nothing yet: the running kiosk asks on. After a day without success it becomes a task for a person.',
  ],
  none: ['没有未了结的业务：每一笔都已办到底', 'nothing is open: every act on a card is at its end'],
} as const satisfies Readonly<Record<string, Words>>;

/** Why a side of an act is not at its end, by the code of the journal. */
export const openWhyWords: Readonly<Record<string, Words>> = {
  // Handed to a person.
  noWordFromHost: [
    '已发出，一天内没能向主机问到结果',
    'it was sent, and for a day the host could not be got to say what became of it',
  ],
  neverDone: ['一天内没能让主机办理', 'for a day the host could not be got to do it'],
  changedMeanwhile: [
    '其间有别人办理了这张卡，终端没有再动',
    'somebody else acted on the card in the meantime, so the kiosk left it alone',
  ],
  unknownAct: ['由其他版本的软件开始', 'another version of the software began it'],
  // On the way.
  notBegun: ['将要发出', 'it is about to be sent'],
  sent: ['已发出，还没有回答', 'it was sent, and the answer is not there yet'],
  noAnswer: ['已发出，回答丢失', 'it was sent, and the answer was lost'],
  badAnswer: ['已发出，回答不可信', 'it was sent, and the answer cannot be believed'],
  inProgress: ['主机还在办理', 'the host is still at it'],
  neverSeen: ['主机没有收到，可能还在途中', 'the host has not seen it; it may still be on its way'],
  unreachable: ['主机连接不上', 'the host cannot be reached'],
  circuitOpen: ['主机多次失败，暂停片刻再试', 'the host failed several times; the kiosk leaves it alone for a moment'],
  hostClosed: ['主机这时不营业', 'the host is closed at this hour'],
  hostBusy: ['主机忙', 'the host is busy'],
  cancelled: ['发出之前中断', 'it was broken off before it was sent'],
  notConfigured: ['没有配置这台主机', 'this host is not configured'],
  signOnRequired: ['其间银行更换了密钥', 'the bank took new keys in between'],
  idempotencyMismatch: ['主机那里这个请求的内容不同', 'the host knows this request with another content'],
  stateChanged: [
    '其间卡的状态变了，现状没有问到',
    'the card was changed in between, and how it is now could not be asked',
  ],
};

export const bookWords = {
  hopper: ['发卡箱', 'hopper'],
  bin: ['回收箱', 'bin'],
  count: ['账上 {n} 张', '{n} card(s) by the book'],
  none: ['这里从未清点过卡片', 'no cards were ever counted here'],
} as const satisfies Readonly<Record<string, Words>>;

/** The terms of the equation of a place, as long as a line has room for. */
export const bookTermWords = {
  carried: ['上日结转', 'carried over'],
  loaded: ['装入', 'loaded'],
  found: ['登记为多出', 'booked as found'],
  kept: ['收入', 'came in'],
  unbooked: ['无记录变动', 'moved without a record'],
  removed: ['工作人员取出', 'taken out by staff'],
  test: ['测试发出', 'left in booked tests'],
  retained: ['收入回收箱', 'ended in the bin'],
  missing: ['登记为缺少', 'booked as missing'],
} as const satisfies Readonly<Record<string, Words>>;

export const bookDayWords = {
  day: ['营业日 {day}', 'business day {day}'],
  daySince: ['营业日 {day}，自 {clock}', 'business day {day}, since {clock}'],
  is: ['{day}：{step}', '{day}: {step}'],
  due: ['自 {clock} 起应当日终，由两人在终端办理', 'due to be closed since {clock}, by two persons at the machine'],
  visits: ['服务人次 {n}', '{n} visit(s)'],
  ours: ['{act}，{host}：{n}', '{act} at {host}: {n}'],
  theirs: ['，主机 {n}', ', the host says {n}'],
  case: ['编号 {code}', 'case {code}'],
  last: [
    '营业日 {day} 已由 {first} 和 {second} 于 {clock} 签字；{slip}',
    'day {day} was signed by {first} and {second} at {clock}; {slip}',
  ],
  notTried: ['凭条没有打印过', 'the slip was not tried'],
} as const satisfies Readonly<Record<string, Words>>;

/** Where the day stands. */
export const dayStepWords = {
  open: ['营业中', 'the day goes on'],
  stopped: ['日终已开始，暂不服务', 'the day-end has begun: nobody is served'],
  drained: ['日终已开始，暂不服务', 'the day-end has begun: nobody is served'],
  compared: [
    '已与主机核对，等待两人签字，暂不服务',
    'compared with the hosts, waiting for two signatures: nobody is served',
  ],
  signed: ['上一日已签字，正在打印凭条', 'the last day is signed, its slip is being printed'],
  printed: ['上一日已签字', 'the last day is signed'],
} as const satisfies Readonly<Record<string, Words>>;

/** What does not add up, within a line. */
export const bookPointWords = {
  hostUnread: ['主机没有给出总数', 'the host told no totals'],
  actsDiffer: ['主机与日志笔数不同', 'the host counts otherwise than the journal'],
  actsCarried: ['以前签过字的差', 'a difference that was signed before'],
  cardsMissing: ['登记了缺卡', 'cards were booked as missing'],
  cardsFound: ['登记了多卡', 'cards were booked as found'],
  cardsUnbooked: ['有卡片变动没有记录', 'cards moved without a record'],
  cardsShort: ['少卡', 'cards are missing'],
  cardsOver: ['多卡', 'there are too many cards'],
  actOpen: ['业务还在办理中', 'an act is still on its way'],
  actUnresolved: ['业务要人工核实', 'an act is for a person to look after'],
} as const satisfies Readonly<Record<string, Words>>;
