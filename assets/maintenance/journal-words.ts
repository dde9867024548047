import type { Words } from '../devices/index.ts';

export const journalWords = {
  time: ['时间', 'Time'],
  dayBefore: ['前一天', 'The day before'],
  dayAfter: ['后一天', 'The day after'],
  today: ['今天', 'today'],
  wholeDay: ['全天', 'Whole day'],
  hour: ['{from}:00 – {to}:00', '{from}:00 to {to}:00'],
  event: ['发生了什么', 'What happened'],
  device: ['设备', 'Device'],
  any: ['全部', 'any'],
  case: ['编号', 'Case code'],
  caseHow: [
    '客户凭条或屏幕上的编号；前几位就可以。',
    'It is on the slip and was on the screen; its beginning will do.',
  ],
  erase: ['删除', 'Erase'],
  find: ['查找', 'Find'],
  found: ['记录', 'What was found'],
  none: ['没有找到', 'Nothing was found'],
  newer: ['最新的', 'The newest'],
  older: ['更早的', 'Older ones'],
  running: ['还没有结束', 'not over'],
  noSignOff: ['没有签退', 'not signed off'],
  notLetIn: ['有人签到，未获准', 'Somebody was not let in'],
  happened: ['共 {n} 件', '{n} in all'],
  seconds: ['{n} 秒', '{n} s'],
  minutes: ['{n} 分钟', '{n} min'],
  list: ['回到列表', 'Back to the list'],
  leftOff: [
    '下面还有 {n} 行，这里放不下。全部：`npx kiosk journal {where}`',
    'There are {n} lines more than stand here. All of it: `npx kiosk journal {where}`',
  ],
  whole: [
    '日志完整：第 {from} 到 {upto} 条（{clock} 核对）',
    'The journal is whole: entries {from} to {upto}, checked at {clock}',
  ],
  damaged: [
    '日志被损坏：{what}，第 {seq} 条（{clock} 核对）',
    'The journal is damaged: {what} at entry {seq}, checked at {clock}',
  ],
  damagedTodo: ['不要动这台机器，请通知安全部门。', 'Leave the machine as it is and call security.'],
  unchecked: ['日志还没有核对过', 'The journal has not been checked yet'],
  check: ['现在核对', 'Check now'],
  checking: ['正在逐条核对日志', 'Every entry of the journal is checked'],
  export: ['导出日志', 'Copy the journal'],
  toHost: ['发送到省卡管系统', 'Send to card management'],
  sending: ['正在发送', 'Sending'],
  sendingPart: ['{done} / {total} 段', 'part {done} of {total}'],
  exportHow: [
    '带签名的副本，日志本身不变；需要另一位工作人员插卡确认。',
    'A signed copy; the journal stays as it is. A second member of the staff confirms with their card.',
  ],
  lookForSticks: ['查看 U 盘', 'Look for sticks'],
  noSticks: ['没有看到 U 盘。请插好，等几秒再看。', 'No stick is seen. Put it in, wait some seconds, and look again.'],
  stick: ['{name}（剩余 {free} MB）', '{name} ({free} MB free)'],
  exported: [
    '已导出 {entries} 条，到第 {upto} 条：{file}',
    '{entries} entries were copied, up to number {upto}: {file}',
  ],
  exportedHow: [
    '在任何电脑上核对：`npx kiosk journal verify {file}`',
    'Check it anywhere: `npx kiosk journal verify {file}`',
  ],
  writing: ['正在写入', 'Writing'],
  reading: ['正在读回核对', 'Reading it back'],
  leaveStick: ['U 盘请不要拔出。', 'Leave a stick in.'],
  progress: ['{done} / {total} 条', '{done} of {total} entries'],
} as const satisfies Readonly<Record<string, Words>>;

/** What a row of the journal is; a stretch is what happened while nobody was served and nobody had signed on. */
export const episodeWords = {
  visit: ['办理', 'Visit'],
  staff: ['维护', 'Staff'],
  between: ['空闲', 'Idle'],
} as const satisfies Readonly<Record<string, Words>>;

/** What staff look for; the journal knows many events more. */
export const eventWords = {
  'card.readFailed': ['卡不能用', 'Card refused'],
  'card.removed': ['卡片离开', 'Card out'],
  'card.notTaken': ['卡未取走', 'Card not taken'],
  'card.retained': ['吞卡', 'Card kept'],
  'card.stuck': ['卡住', 'Card stuck'],
  'pin.notEntered': ['没有输入密码', 'No PIN'],
  'document.notRead': ['证件没读出', 'Document not read'],
  'check.failed': ['身份核验未通过', 'Check not passed'],
  'act.refused': ['业务被拒', 'Act refused'],
  'saga.began': ['办理业务', 'Act begun'],
  'saga.unresolved': ['未决事项', 'Unresolved'],
  'receipt.printed': ['打印凭条', 'Slip printed'],
  'visit.staffCalled': ['呼叫工作人员', 'Help called'],
  'staff.refused': ['工作人员未批准', 'Staff refused'],
  'staff.signedOn': ['工作人员签到', 'Staff signed on'],
  'device.tested': ['设备测试', 'Device tested'],
  'stock.counted': ['加卡、清点', 'Cards counted'],
  'day.signed': ['日结签字', 'Day closed'],
  'device.state': ['设备状态变化', 'Device changed'],
  'host.state': ['主机连接变化', 'Host link changed'],
  'cabinet.opened': ['机柜打开', 'Cabinet opened'],
  'mains.lost': ['停电', 'Mains lost'],
  'daemon.started': ['软件启动', 'Software started'],
  'daemon.uncleanStop': ['断电或崩溃', 'Power cut, crash'],
} as const satisfies Readonly<Record<string, Words>>;

/** How a visit ended. */
export const visitEndWords: Readonly<Record<string, Words>> = {
  completed: ['办完', 'completed'],
  cancelled: ['客户取消', 'cancelled'],
  timeOut: ['客户没有操作', 'nobody acted'],
  error: ['出错结束', 'ended by an error'],
  abandoned: ['客户离开', 'left'],
  pageReloaded: ['页面重载', 'page reloaded'],
  connectionLost: ['页面断开', 'page lost'],
  maintenance: ['转入维护', 'maintenance'],
  mainsLost: ['停电', 'mains lost'],
  shutdown: ['终端停止', 'machine stopped'],
  cutOff: ['中途断电或崩溃', 'cut off'],
};

export const cardOutcomeWords = {
  none: ['没有卡', 'no card'],
  taken: ['卡已取走', 'card taken'],
  retained: ['卡被吞入', 'card kept'],
  stillInside: ['卡还在机内', 'card still inside'],
  unknown: ['卡去向不明', 'card unknown'],
} as const satisfies Readonly<Record<string, Words>>;

export const damageWords: Readonly<Record<string, Words>> = {
  'changed entry': ['有记录被改动', 'an entry was changed'],
  'missing entries': ['中间缺少记录', 'entries are missing'],
  'deleted tail': ['末尾被删除', 'the newest entries were deleted'],
  'replaced journal': ['整个日志被替换', 'the journal was replaced'],
  'false head': ['签名不对', 'a signature is false'],
  'unreadable file': ['文件读不出', 'the file cannot be read'],
  // A copy of it.
  'cannot be read': ['读不出', 'cannot be read'],
  'no bundle': ['不是导出的日志', 'no bundle'],
  'false signature': ['签名不对', 'false signature'],
  'changed file': ['有文件被改动', 'changed file'],
  'cut short': ['不完整', 'cut short'],
  cancelled: ['核对中断', 'cancelled'],
};
