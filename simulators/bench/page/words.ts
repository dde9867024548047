export type Language = 'zh-Hans' | 'en';

export function startLanguage(): Language {
  const chosen = localStorage.getItem('bench-language');
  if (chosen === 'zh-Hans' || chosen === 'en') return chosen;
  return navigator.language.startsWith('zh') ? 'zh-Hans' : 'en';
}

const words = {
  title: ['测试台', 'Bench'],
  otherLanguage: ['English', '中文'],
  wallet: ['卡包', 'Wallet'],
  insert: ['点卡片插入', 'Click a card to insert it'],
  take: ['取出卡片', 'Take the card out'],
  pin: ['密码', 'PIN'],
  noPin: ['无密码', 'No PIN'],
  kioskUp: ['终端运行中', 'Kiosk is running'],
  kioskAway: ['终端未运行', 'Kiosk is not running'],
  waiting: ['终端还没有启动', 'The kiosk is not running'],
  waitingLine: ['启动后会自动出现在这里', 'It appears here by itself as soon as it is'],
  benchGone: ['测试台已停止', 'The bench has stopped'],
  benchGoneLine: ['重新运行 npm start，本页会自动恢复', 'Run npm start again; this page recovers by itself'],
  'card-reader': ['读卡器', 'Card reader'],
  'pin-pad': ['密码键盘', 'PIN pad'],
  printer: ['凭条打印机', 'Receipt printer'],
  'card-management': ['省卡管系统', 'Card management'],
  'bank-core': ['银行核心', 'Bank core'],
  devices: ['设备', 'Devices'],
  hosts: ['主机', 'Hosts'],
  faults: ['项故障', 'faults'],
  oneFault: ['1 项故障', '1 fault'],
  clear: ['全部恢复', 'Clear all'],
  newPaper: ['换新纸卷', 'New roll'],
  paperLow: ['纸将尽', 'paper low'],
  paperOut: ['缺纸', 'no paper'],
  speed: ['设备速度', 'Device speed'],
  speedReal: ['真实', 'real'],
  speedFast: ['快', 'fast'],
  speedNone: ['无延迟', 'no delay'],
  clock: ['主机日期', 'Hosts live'],
  clockNow: ['今天', 'today'],
  clockTomorrow: ['明天', 'tomorrow'],
  clockYear: ['一年后', 'in a year'],
  reset: ['全部复位', 'Reset everything'],
  tear: ['撕下凭条', 'Tear off the receipt'],
  receipt: ['凭条', 'Receipt'],
  away: ['收好', 'Put away'],
  taken: ['已取走的凭条', 'Receipts taken'],
  screen: ['终端屏幕', 'Kiosk screen'],
  enter: ['确认', 'Enter'],
  cancel: ['取消', 'Cancel'],
  clearKey: ['清除', 'Clear'],
} as const satisfies Record<string, readonly [chinese: string, english: string]>;

export type Word = keyof typeof words;

export const say = (language: Language, word: Word): string => words[word][language === 'zh-Hans' ? 0 : 1];

export const isWord = (name: string): name is Word => Object.hasOwn(words, name);

/** What the daemon calls its devices' and hosts' states; reasons stay the codes that its manual explains. */
const statesInChinese: Readonly<Record<string, string>> = {
  ready: '就绪',
  starting: '启动中',
  degraded: '降级',
  failed: '故障',
  absent: '不在',
  up: '连通',
  down: '不通',
};

export const sayState = (language: Language, state: string): string =>
  language === 'en' ? state : (statesInChinese[state] ?? state);

/** The API describes faults in English; here they are in Chinese. A fault that is missing keeps its English. */
const faultsInChinese: Readonly<Record<string, string>> = {
  // card reader
  unplugged: '连接线被拔出',
  serviceStopped: 'pcscd 已退出',
  serviceFrozen: 'pcscd 停住，调用不返回',
  mute: '芯片上电无响应',
  silent: '没有应答',
  garbage: '应答是乱码',
  slowMs: '每次应答延迟',
  pullAtCommand: '执行第 n 条指令时被拔出',
  // PIN pad
  garbageBefore: '随后几次应答前有杂讯',
  garbageInside: '随后几次应答中夹杂讯',
  wrongBcc: '随后几次应答校验错误',
  parameterError: '拒绝随后几条指令（ST 15）',
  truncated: '随后几次应答只发一半',
  duplicate: '随后几次应答发两遍',
  late: '随后几次应答拖到下一条指令之后',
  lateDuplicate: '随后几次应答在下一条指令时重发',
  batteryLow: '电池电量低',
  masterKeyLost: '主密钥失效',
  selfTest: '自检失败，返回此 ST',
  // printer
  powerOff: '断电',
  coverOpen: '机盖打开',
  paperOut: '纸用尽',
  paperLow: '纸将尽',
  paperLeftMm: '剩余纸长',
  cutterJam: '下次切纸时卡刀',
  mechanicalError: '机械故障',
  headHot: '打印头过热',
  unrecoverable: '需维修的故障',
  offline: '脱机，原因不明',
  noAutomaticStatus: '机型不支持自动状态',
  noRealTime: '不回答实时状态询问',
  noClear: '机型不支持清缓冲',
  noMarks: '不回答作业结束标记',
  lateMarks: '扣住结束标记的应答',
  doubleMarks: '结束标记应答两遍',
  lineDelayMs: '每行延迟',
  // cables
  deaf: '发往设备的数据收不到',
  byteDelayMs: '设备发出的每个字节延迟',
  unplugAfterSent: '设备再发 n 字节后断线',
  unplugAfterReceived: '设备再收 n 字节后断线',
  // hosts
  slow: '处理前停顿，毫秒',
  down: '拒绝连接，或连上即断',
  expiredCertificate: '出示过期的 TLS 证书',
  wrongShape: '已处理，答非所约',
  oversize: '已处理，应答超长',
  actThenDrop: '已处理，随即断线',
  halfAnswer: '已处理，应答发到一半断线',
  answerTwice: '处理一次，应答两遍',
  staleAnswer: '已处理，发来以前的应答',
  badSignature: '已处理，签名不可信',
  status: '不处理，返回此状态码',
  retryAfter: '不处理，请稍后再来，秒',
  closed: '日终停业，秒后开门',
};

export function sayFault(language: Language, name: string, description: string): string {
  const cable = name.startsWith('cable.');
  if (language === 'en') return cable ? `Cable: ${description}` : description;
  const chinese = faultsInChinese[cable ? name.slice('cable.'.length) : name] ?? description;
  return cable ? `线路：${chinese}` : chinese;
}
