import type { Words } from './advice.ts';

/** Names on the device page, by what the daemon calls them. */
export const deviceNames: Readonly<Record<string, Words>> = {
  cardReader: ['读卡器', 'Card reader'],
  cardDispenser: ['发卡机', 'Card dispenser'],
  pinPad: ['密码键盘', 'PIN pad'],
  printer: ['凭条打印机', 'Receipt printer'],
  identityReader: ['身份证读卡器', 'ID card reader'],
  passportReader: ['护照阅读器', 'Passport reader'],
  codeScanner: ['扫码器', 'Code scanner'],
  cabinet: ['机柜', 'Cabinet'],
  cardManagement: ['省卡管系统', 'Card management'],
  bankCore: ['银行核心系统', 'Bank core'],
};

/** Everything else on the device page. */
export const pageWords = {
  title: ['设备', 'Devices'],
  otherLanguage: ['English', '中文'],
  terminal: ['终端', 'Terminal'],

  reading: ['正在读取设备状态', 'Asking the daemon'],
  inService: ['正常服务，各项服务均可办理', 'In service, every service can be had'],
  limited: ['正常服务，部分受限', 'In service, with limits'],
  partly: ['部分服务停办', 'In service, not everything can be had'],
  outOfService: ['停止服务', 'Out of service'],
  cannot: ['停办：{why}', 'stopped: {why}'],
  only: ['受限：{why}', 'limited: {why}'],
  checked: ['每 2 秒自动更新', 'Follows by itself, every 2 s'],
  noAnswer: ['守护进程没有回答', 'The daemon does not answer'],
  noAnswerSince: [
    '下面是 {clock} 的状态，现在可能已经不同。恢复后本页会自动更新。',
    'What stands below was so at {clock} and may be otherwise now. The page follows by itself when it answers again.',
  ],
  noAnswerYet: ['请检查它是否在运行：`npx kiosk doctor`', 'Is it running? `npx kiosk doctor`'],

  device: ['设备', 'Device'],
  state: ['状态', 'State'],
  since: ['从何时起', 'Since'],
  restarts: ['重启次数', 'Restarts'],
  lastExchange: ['最近一次正常通信', 'Last good exchange'],
  recovery: ['恢复步骤', 'Recovery'],
  services: ['影响的服务', 'Services'],
  hosts: ['主机链路', 'Host links'],
  what: ['原因', 'What it is'],
  todo: ['处理', 'What to do'],
  stops: ['停办', 'stops'],
  limits: ['受限', 'limits'],
  none: ['无', 'none'],
  byItself: ['设备会自动恢复，不用处理', 'Nothing: it recovers by itself'],
  never: ['尚无', 'none yet'],

  absent: ['未连接', 'Absent'],
  starting: ['启动中', 'Starting'],
  ready: ['就绪', 'Ready'],
  degraded: ['降级运行', 'Degraded'],
  failed: ['故障', 'Failed'],
  unknown: ['未知', 'Not known yet'],
  up: ['连通', 'Up'],
  down: ['不通', 'Down'],

  rung: ['第 {now} 步，共 4 步', 'step {now} of 4'],
  resend: ['重发命令', 'Sends again'],
  reset: ['复位设备', 'Resets it'],
  reopen: ['重开端口', 'Opens it again'],
  giveUp: ['需要人工', 'Needs a person'],

  now: ['刚刚', 'just now'],
  secondsAgo: ['{n} 秒前', '{n} s ago'],
  minutesAgo: ['{n} 分钟前', '{n} min ago'],
  hoursAgo: ['{n} 小时前', '{n} h ago'],
  daysAgo: ['{n} 天前', '{n} d ago'],
} as const satisfies Readonly<Record<string, Words>>;

export type PageWord = keyof typeof pageWords;
