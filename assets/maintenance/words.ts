import type { Words } from '../devices/index.ts';

/** What staff are asked to do while they sign on, or wait for: heading and what it is about. */
export const promptWords = {
  visitRunning: [
    ['有客户正在办理', 'A customer is being served'],
    ['请等这次办理结束，不会打断客户。', 'Please wait for the end of the visit. Customers are not interrupted.'],
  ],
  removeCard: [
    ['请先取出机内的卡', 'Please take the card out first'],
    ['读卡器里还有一张卡。', 'A card is still in the reader.'],
  ],
  insertCard: [
    ['请插入工作人员卡', 'Insert your staff card'],
    ['卡片留在机内，取出即退出。', 'It stays in while you work. Taking it out signs you off.'],
  ],
  readingCard: [
    ['正在读卡', 'Reading the card'],
    ['请不要拔卡。', 'Please leave it in.'],
  ],
  enterPin: [
    ['请在密码键盘上输入密码', 'Enter your PIN on the pad'],
    ['然后按绿色的确认键。', 'Then press the green key.'],
  ],
  wrongPin: [
    ['密码不对', 'Wrong PIN'],
    ['键盘马上再次打开。', 'The pad opens again in a moment.'],
  ],
  locked: [
    ['请等一会儿再输入', 'Please wait before you try again'],
    ['输错次数多了，等待会变长。', 'Each wrong PIN makes the wait longer.'],
  ],
  asking: [
    ['正在向银行核对', 'The bank is asked'],
    ['几秒钟就好。', 'This takes a few seconds.'],
  ],
  secondCard: [
    ['请另一位工作人员插卡', 'A second member of the staff, please'],
    ['要用另一张工作人员卡，并输入密码。', 'With a card of their own, and its PIN.'],
  ],
  firstCard: [
    ['请第一位工作人员插回卡片', 'The first card again, please'],
    ['一分钟内插回，可以继续操作。', 'Within a minute you can go on working.'],
  ],
  takeCard: [
    ['请取出您的卡', 'Take your card'],
    ['取出后回到客户页面。', 'Then the customers’ page comes back.'],
  ],
} as const satisfies Readonly<Record<string, readonly [head: Words, more: Words]>>;

/** What follows when a card is taken that was not signed off with. */
export const takenWords = {
  signingOn: ['没有签到，取出后这里说明原因。', 'Nobody is signed on. Then you read here why.'],
  doing: ['取出后请插下一张卡，两张卡轮流使用读卡器。', 'The two cards take turns: then the next one is asked for.'],
} as const satisfies Readonly<Record<string, Words>>;

/** Why a sign-on did not come about: what happened and what to do. */
export const refusalWords = {
  alreadySignedOn: [
    ['已有人签到，或卡片还在机内', 'Somebody is signed on, or a card is still in'],
    ['请取出卡片，再试一次。', 'Take the card out and try again.'],
  ],
  readerUnavailable: [
    ['读卡器不能用', 'The card reader cannot be used'],
    ['在终端上运行 `npx kiosk doctor`，按提示处理。', 'Run `npx kiosk doctor` on the machine and do as it says.'],
  ],
  pinPadUnavailable: [
    ['密码键盘不能用', 'The PIN pad cannot be used'],
    ['在终端上运行 `npx kiosk doctor`，按提示处理。', 'Run `npx kiosk doctor` on the machine and do as it says.'],
  ],
  pinPadNeedsKeys: [
    ['密码键盘没有工作密钥', 'The PIN pad has no working keys'],
    [
      '与银行连通后会自动装入，请检查网络。',
      'They come by themselves when the bank can be reached. Check the network.',
    ],
  ],
  notStaffCard: [
    ['这不是工作人员卡', 'This is no staff card'],
    ['请换一张卡。', 'Use another card.'],
  ],
  cardUnreadable: [
    ['读不出这张卡', 'The card cannot be read'],
    ['芯片朝前，插到底，再试一次。', 'Chip first, all the way in, and try again.'],
  ],
  cardRemoved: [
    ['卡片被取出', 'The card was taken out'],
    ['签到没有完成。', 'Nobody is signed on.'],
  ],
  notGenuine: [
    ['银行不认这张卡', 'The bank does not accept this card'],
    ['已记入日志，请找网点负责人。', 'It is in the journal. Speak to the branch manager.'],
  ],
  unknownStaff: [
    ['银行不认识这张卡的持有人', 'The bank does not know the owner of this card'],
    ['已记入日志，请找网点负责人。', 'It is in the journal. Speak to the branch manager.'],
  ],
  pinLocked: [
    ['这张卡的密码已锁', 'The PIN of this card is locked'],
    ['请银行重设密码。', 'The bank gives it a new one.'],
  ],
  pinCancelled: [
    ['在键盘上取消了', 'Cancelled on the pad'],
    ['签到没有完成。', 'Nobody is signed on.'],
  ],
  pinTimedOut: [
    ['等待输入密码超时', 'No PIN was entered in time'],
    ['签到没有完成。', 'Nobody is signed on.'],
  ],
  pinTooShort: [
    ['密码位数不够', 'The PIN was too short'],
    ['密码是六位数字。', 'It has six digits.'],
  ],
  timedOut: [
    ['没有等到卡', 'No card came'],
    ['签到没有完成。', 'Nobody is signed on.'],
  ],
  hostUnavailable: [
    ['连不上银行', 'The bank cannot be reached'],
    ['请检查网络，再试一次。', 'Check the network and try again.'],
  ],
  noAnswer: [
    ['银行没有回答', 'The bank did not answer'],
    ['请稍后再试。', 'Try again in a moment.'],
  ],
  restartUnavailable: [
    ['不能从这里重启', 'It cannot be started again from here'],
    [
      '请在终端上操作，或设置 `maintenance.restartMachine`。',
      'Do it on the machine, or set `maintenance.restartMachine`.',
    ],
  ],
  noSuchDevice: [
    ['没有这个设备', 'There is no such device'],
    ['请看设备表。', 'See the table of devices.'],
  ],
  cannotReopen: [
    ['这个设备不能这样重开', 'This device cannot be opened anew from here'],
    ['请拔下再插上，或断电再通电。', 'Unplug it and plug it in again, or switch it off and on.'],
  ],
  noSuchUnit: [
    ['没有这个卡箱', 'There is no such hopper or bin'],
    ['请看卡片一栏。', 'See the box of cards.'],
  ],
  countImpossible: [
    ['数量不可能', 'That count cannot be'],
    ['请核对卡箱容量和号段。', 'Compare with what it holds, and with the serial numbers.'],
  ],
  samePerson: [
    ['两次是同一张卡', 'That was the same card twice'],
    ['要由两位工作人员一起办理。', 'It takes two persons.'],
  ],
  notInThisRole: [
    ['这两位不能一起办理', 'These two may not do this'],
    [
      '清点卡片、导出日志：至少一位是网点人员。日终：两位都是网点人员。',
      'Cards and journal: one of them must be of the branch. The day: both.',
    ],
  ],
  noSuchTest: [
    ['这个设备没有测试', 'There is no test of this device'],
    ['请看设备表。', 'See the table of devices.'],
  ],
  dayEndNotBegun: [
    ['日终还没有开始', 'The day-end has not begun'],
    ['请先开始日终，核对后再签。', 'Begin it, look at what it says, then sign.'],
  ],
  changedMeanwhile: [
    ['刚刚又有业务办成', 'An act was done in the meantime'],
    ['请重新核对一次。', 'Compare once more.'],
  ],
  countMissing: [
    ['还有卡箱没有清点', 'A hopper or bin was not counted'],
    ['请清点每一个卡箱。', 'Count each of them.'],
  ],
  countsDiffer: [
    ['清点的张数与账上不符，不能签', 'The count is not what the book says: nobody can sign'],
    [
      '请再点一次，查看通道和回收箱；确实少卡，由两人在“卡片”里登记更正。',
      'Count again, look in path and bin. What is truly missing two persons book under "Cards".',
    ],
  ],
  unexplained: [
    ['还有事项没有说明', 'Something is not explained yet'],
    ['请为每一项选择说明。', 'Choose a word for each point.'],
  ],
  noSuchDay: [
    ['还没有结过日终', 'No day was closed yet'],
    ['没有可以打印的凭条。', 'There is no slip to print.'],
  ],
  noSuchCard: [
    ['这张卡已经处理过', 'This card is dealt with already'],
    ['请看清单。', 'See the list.'],
  ],
  documentNotSeen: [
    ['还没有查验证件', 'No identity document was seen'],
    ['请查验持卡人的证件后再交还。', 'See the holder’s document before you give the card back.'],
  ],
  tooEarly: [
    ['保管期还没有到', 'The card may still be fetched'],
    ['到期后才能销毁。', 'It is destroyed when its time is over, not before.'],
  ],
  noSuchItem: [
    ['这一项已经签结', 'This item is signed off already'],
    ['请看清单。', 'See the list.'],
  ],
  noSuchStick: [
    ['没有找到这个 U 盘', 'There is no such stick'],
    ['请插好 U 盘，等几秒再试。', 'Put it in, wait some seconds, and look again.'],
  ],
  notDelivered: [
    ['省卡管系统没有收下', 'Card management did not take it'],
    ['请检查网络，再试一次；也可以导出到 U 盘。', 'Check the network and try again, or use a stick.'],
  ],
  stickFull: [
    ['U 盘空间不够', 'The stick is full'],
    [
      '请换一个 U 盘，或腾出空间。盘上没有留下不完整的文件。',
      'Use another one, or make room. Nothing half-written is left on it.',
    ],
  ],
  stickReadOnly: [
    ['U 盘不能写入', 'The stick cannot be written'],
    ['请打开写保护，或换一个 U 盘。', 'Undo its write protection, or use another one.'],
  ],
  stickGone: [
    ['U 盘被拔出或损坏', 'The stick was pulled out, or is broken'],
    [
      '请重新插好再试；盘上的 .part 文件不完整，不能使用。',
      'Put it in and try again; a .part file on it is not whole.',
    ],
  ],
  journalNotWhole: [
    ['日志本身不完整，没有导出', 'The journal itself is not whole: nothing was exported'],
    ['请核对日志。', 'Check the journal.'],
  ],
  noSuchStory: [
    ['日志里没有这次办理', 'The journal knows no such visit'],
    ['请核对编号，或按时间查找。', 'Compare the case code, or look by time.'],
  ],
  journalUnavailable: [
    ['日志写不进去', 'The journal cannot be written'],
    ['请检查磁盘空间：`npx kiosk doctor`', 'Is the disk full? `npx kiosk doctor`'],
  ],
  printerUnavailable: [
    ['打印机不能用', 'The printer cannot be used'],
    ['请看设备页。', 'See the devices page.'],
  ],
  notPrinted: [
    ['没有打印出来', 'It was not printed'],
    ['请检查纸和打印机。', 'Look at paper and printer.'],
  ],
  notSignedOn: [
    ['签到已经结束', 'You are not signed on any more'],
    ['请重新签到。', 'Sign on again.'],
  ],
  connectionLost: [
    ['与守护进程的连接断了', 'The connection to the daemon broke'],
    ['恢复后请重新签到。', 'Sign on again when it is back.'],
  ],
  rejected: [
    ['守护进程没有接受', 'The daemon refused'],
    ['请再试一次。', 'Try again.'],
  ],
} as const satisfies Readonly<Record<string, readonly [what: Words, todo: Words]>>;

export const roleWords = {
  technician: ['维护人员', 'Technician'],
  branchClerk: ['网点柜员', 'Branch clerk'],
  branchManager: ['网点负责人', 'Branch manager'],
} as const satisfies Readonly<Record<string, Words>>;

export const restartWords = {
  daemon: ['守护进程', 'Daemon'],
  browser: ['浏览器', 'Browser'],
  machine: ['整机', 'Machine'],
} as const satisfies Readonly<Record<string, Words>>;

export const closedWords = {
  repair: ['检修', 'Repair'],
  cards: ['加卡或清卡', 'Cards are loaded or taken out'],
  branchClosed: ['网点停业', 'The branch is closed'],
  moving: ['移机', 'The machine is moved'],
  other: ['其他', 'Other'],
} as const satisfies Readonly<Record<string, Words>>;

export const tabWords = {
  overview: ['总览', 'Overview'],
  devices: ['设备', 'Devices'],
  cards: ['卡片', 'Cards'],
  day: ['日终', 'Day'],
  machine: ['整机', 'Machine'],
  journal: ['日志', 'Journal'],
} as const satisfies Readonly<Record<string, Words>>;

export const countWords = {
  loaded: ['加卡', 'Cards loaded'],
  emptied: ['取空', 'Emptied'],
  corrected: ['清点更正', 'Counted anew'],
} as const satisfies Readonly<Record<string, Words>>;

/** Why nobody is signed on any more. */
export const endWords = {
  signedOff: ['已签退', 'Signed off'],
  cardRemoved: ['卡片已取出，已签退', 'The card was taken out: signed off'],
  cardChanged: [
    '芯片不再回答，或换了另一张卡，已签退',
    'The chip does not answer any more, or another card is in: signed off',
  ],
  readerLost: ['读卡器被拔出或没有反应，已签退', 'The card reader is unplugged or does not answer: signed off'],
  idle: ['长时间没有操作，已签退', 'Nobody acted: signed off'],
  expired: ['班次时间已到，已签退', 'The shift is over: signed off'],
  connectionLost: ['连接中断，已签退', 'The connection broke: signed off'],
  cabinetOpened: ['机柜已打开，已签退', 'The cabinet was opened: signed off'],
  shutdown: ['终端正在停止，已签退', 'The machine is stopping: signed off'],
} as const satisfies Readonly<Record<string, Words>>;

/** Where one's own card is after the sign-off, when it is not in one's hand. */
export const ownCardWords = {
  retained: [
    ['您的卡没有退出，已收入回收箱', 'Your card did not come out: it is in the bin'],
    [
      '编号在日志和“卡片”里；开箱取出后，请网点人员登记交还。',
      'Its claim number stands under "Cards". Take it out; the branch signs that it was given back.',
    ],
  ],
  stillInside: [
    ['您的卡还在读卡器里', 'Your card is still in the reader'],
    ['请取出。', 'Take it out.'],
  ],
  unknown: [
    ['不知道您的卡在哪里', 'Nobody knows where your card is'],
    ['请查看读卡器、通道和回收箱。', 'Look in reader, path and bin.'],
  ],
} as const satisfies Readonly<Record<string, readonly [what: Words, todo: Words]>>;

export const maintenanceWords = {
  title: ['维护', 'Maintenance'],
  forStaff: ['工作人员入口', 'For staff'],
  intro: [
    '用工作人员卡和密码签到。全部操作记入日志。',
    'Sign on with your staff card and its PIN. Everything you do here is in the journal.',
  ],
  signOn: ['签到', 'Sign on'],
  tryAgain: ['再试一次', 'Try again'],
  cancel: ['取消', 'Cancel'],
  signOff: ['签退 · 取卡', 'Sign off, card back'],
  back: ['回到客户页面', 'Back to the customers’ page'],
  busy: ['有人已签到，或卡片还在机内。', 'Somebody is signed on, or a card is still in.'],
  wait: [
    '有客户正在办理，签到会等到办理结束。',
    'A customer is being served; the sign-on waits for the end of the visit.',
  ],
  connecting: ['正在连接守护进程', 'Connecting to the daemon'],
  waitSeconds: ['一共等 {n} 秒', 'A wait of {n} s'],
  pinWasWrong: ['上次输入的密码不对', 'The PIN before was wrong'],
  triesLeft: ['还可以试 {n} 次', 'Tries left: {n}'],
  staff: ['卡 {staff}', 'card {staff}'],
  until: ['{clock} 前有效', 'until {clock}'],
  offline: ['银行离线', 'without the bank'],

  serviceNow: ['为客户服务', 'Serving customers'],
  open: ['签退后为客户服务', 'Serves customers when you sign off'],
  closed: ['已停用：{reason}，自 {clock}', 'Out of service: {reason}, since {clock}'],
  close: ['停用', 'Take out of service'],
  closeWhy: ['停用的原因', 'Why is it taken out of service?'],
  dayIsClosing: ['日终进行中，暂不为客户服务', 'The day is being closed: nobody is served'],
  dayDue: ['营业日自 {clock} 起应当日终', 'The business day is due to be closed since {clock}'],
  closeTheDay: [
    '两人在“日终”页结束本日；在此之前照常为客户服务',
    'two persons close it, under Day; until then customers are served',
  ],
  toTheDay: ['到日终', 'To the day'],
  reopen: ['恢复服务', 'Put back into service'],
  first: ['先做什么', 'What to do first'],
  nothingToDo: ['没有要处理的', 'Nothing to do'],
  tests: ['设备测试', 'Device tests'],
  passed: ['通过', 'Passed'],
  failed: ['未通过：{why}', 'Failed: {why}'],
  never: ['还没有测试过', 'Not tested yet'],
  by: ['{when}，卡 {staff}', '{when}, card {staff}'],
  keysLeft: ['还剩 {n} 个键', 'Keys left: {n}'],
  unresolved: ['未决事项', 'Unresolved items'],
  doorOpen: ['机柜开着，不办理业务', 'The cabinet is open: nobody is served'],
  closeDoor: ['工作完成后关上柜门', 'Close it when the work is done'],
  switched: ['维护开关在“维护”位置，不办理业务', 'The operator switch stands at maintenance: nobody is served'],
  switchBack: ['工作完成后转回“运行”', 'Turn it back to run when the work is done'],
  case: ['编号 {code}', 'case {code}'],
  cards: ['卡片', 'Cards'],
  hopper: ['发卡箱', 'Hopper'],
  bin: ['回收箱', 'Bin'],
  howMany: ['现在一共有几张？', 'How many are in it now?'],
  foundBefore: ['加卡前，卡箱里点出几张？', 'How many did you find in it before loading?'],
  asBooked: ['点过了，正是账面的 {n} 张', 'Counted: {n}, as in the book'],
  bookDiffers: [
    '账面是 {n} 张，相差 {more}：差额先单独登记，与加卡一起由两人确认。',
    'The book says {n}, that is {more}: the difference is booked by itself, and both confirm it with the load.',
  ],
  putIn: ['新装入几张？', 'How many did you put in?'],
  thenHolds: ['装入后共 {n} 张。', 'It then holds {n} cards.'],
  willBeEmpty: ['取空后数量为 0。', 'It is empty: the count becomes 0.'],
  twoPersons: ['需要另一位工作人员插卡确认。', 'A second member of the staff confirms with their card.'],
  begin: ['开始确认', 'Start'],
  noTest: ['没有测试', 'Has no test'],
  closer: ['详情', 'Look closer'],
  allDevices: ['‹ 全部设备', '‹ All devices'],
  identity: ['身份', 'What it is'],
  model: ['型号', 'Model'],
  identifier: ['读卡器名称', 'Reader'],
  firmware: ['固件', 'Firmware'],
  serialNumber: ['序列号', 'Serial number'],
  saysNothing: ['设备不报告身份', 'It does not say what it is'],
  restarts: ['重新启动', 'Restarts'],
  testsMade: ['测试：通过 / 未通过', 'Tests: passed, failed'],
  history: ['最近的变化', 'What became of it'],
  line: ['通信记录（个人数据已遮盖）', 'Its line (personal data hidden)'],
  noLine: ['这个设备没有串口记录', 'It has no line of ours'],
  lineQuiet: ['还没有数据', 'Nothing has passed yet'],
  reopenPort: ['重新打开端口', 'Open its port again'],
  restart: ['重新启动', 'Start again'],
  restartWhy: ['原因', 'Why?'],
  configuration: ['配置', 'Configuration'],
  configurationHow: [
    '只显示与默认值不同的设置；全部见 `npx kiosk config`',
    'Only what differs from the default; all of it: `npx kiosk config`',
  ],
  show: ['显示', 'Show'],
  screenTest: ['屏幕与声音', 'Screen and sound'],
  touchTest: ['触摸测试', 'Touch test'],
  touchEnd: ['结束（还剩 {n} 格）', 'End (fields left: {n})'],
  touchWell: ['每一处都有反应', 'Every spot is felt'],
  touchBad: ['有的地方没有反应', 'Some spots were not felt'],
  colourTest: ['颜色测试', 'Colour test'],
  soundTest: ['声音测试', 'Sound test'],
  supplies: ['用量', 'What is used'],
  slips: ['凭条', 'Slips'],
  cardsUsed: ['卡片', 'Cards'],
  faultsSeen: ['设备故障', 'Device faults'],
  perDay: ['平均每天 {n}', '{n} a day'],
  lasts: ['大约还够 {n} 天', 'lasts about {n} days'],
  lastsUnknown: ['还不知道够用多久', 'nobody knows yet how long it lasts'],
  sinceChange: ['换纸后 {n} 张', '{n} since the roll was changed'],
  ofRoll: ['换纸后 {n} 张，一卷约 {roll} 张', '{n} since the roll was changed, of about {roll}'],
  firstSerial: ['首号', 'First serial number'],
  lastSerial: ['末号', 'Last serial number'],
  readiness: ['开机检查', 'Readiness'],
  looking: ['正在检查', 'Looking at everything'],
  lookAgain: ['重新检查', 'Look again'],
  print: ['打印', 'Print'],
  versions: ['版本', 'What runs here'],
  noCards: ['本机没有发卡箱和回收箱', 'This machine holds no cards'],
  ofCards: ['{count} / {capacity} 张', '{count} of {capacity}'],
} as const satisfies Readonly<Record<string, Words>>;

export type MaintenanceWord = keyof typeof maintenanceWords;
