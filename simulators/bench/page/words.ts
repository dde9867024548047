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
  cards: ['卡', 'Cards'],
  ofTheBranch: ['网点工作人员', 'Staff of the branch'],
  documents: ['证件', 'Documents'],
  present: ['点证件放到机器上', 'Click a document to present it'],
  takeDocument: ['取回证件', 'Take the document back'],
  takeAway: ['取回', 'take it away'],
  identityReader: ['放到身份证读卡器上', 'lay it on the ID reader'],
  passportReader: ['放到护照阅读器上', 'lay it on the passport reader'],
  holdCode: ['把码对准扫码器', 'Hold a code before the scanner'],
  caseCode: ['受理编号', 'Case code'],
  appointment: ['预约码', 'Appointment'],
  otherCode: ['无关的码', 'Something else'],
  ownCode: ['其他内容', 'Any other text'],
  hold: ['扫码', 'Scan'],
  scannerDark: ['扫码器没有亮：终端现在不在等码。', 'The scanner is dark: the kiosk does not wait for a code now.'],
  notSeen: ['没有扫到。', 'It was not seen.'],
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
  'id-reader': ['身份证读卡器', 'ID reader'],
  'passport-reader': ['护照阅读器', 'Passport reader'],
  scanner: ['扫码器', 'Code scanner'],
  cabinet: ['机柜', 'Cabinet'],
  openDoor: ['打开柜门', 'Open the door'],
  closeDoor: ['关上柜门', 'Close the door'],
  toMaintenance: ['开关转到维护', 'Switch to maintenance'],
  toRun: ['开关转回运行', 'Switch back to run'],
  cutMains: ['市电断电', 'Take the mains away'],
  mainsBack: ['恢复市电', 'Bring the mains back'],
  'card-management': ['省卡管系统', 'Card management'],
  'bank-core': ['银行核心', 'Bank core'],
  devices: ['设备', 'Devices'],
  deviceTable: ['设备状态页', 'as the technician sees them'],
  hosts: ['主机', 'Hosts'],
  people: ['人', 'People'],
  phone: ['持卡人的手机', "Holder's phone"],
  noMessage: ['没有短信', 'no message'],
  branch: ['网点', 'Branch'],
  nothingWaits: ['没有待办', 'nothing waits'],
  waits: ['待审批', 'waits'],
  approve: ['同意', 'Approve'],
  refuse: ['拒绝', 'Refuse'],
  lossReport: ['挂失', 'loss report'],
  activation: ['激活', 'activation'],
  phoneCheck: ['核对手机号', 'phone check'],
  pinReset: ['重置密码', 'PIN reset'],
  temporaryLoss: ['临时挂失', 'temporary loss report'],
  formalLoss: ['正式挂失', 'formal loss report'],
  unfreeze: ['解挂', 'unfreezing'],
  enableSocial: ['启用社保功能', 'enabling the social side'],
  activate: ['激活金融功能', 'activating the money function'],
  changePin: ['修改密码', 'PIN change'],
  resetPin: ['重置密码', 'PIN reset'],
  unlockSocialPin: ['解锁社保卡', 'unlocking the social side'],
  faults: ['项故障', 'faults'],
  oneFault: ['1 项故障', '1 fault'],
  clear: ['全部恢复', 'Clear all'],
  newPaper: ['换新纸卷', 'New roll'],
  loadCards: ['卡箱加 50 张卡', 'Load 50 cards'],
  emptyBin: ['清空回收盒', 'Empty the bin'],
  pullCard: ['用力把卡拔出', 'Pull the card out by force'],
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

/** What the bench calls by a name of its own; one that has no word here stays what it is. */
export const sayName = (language: Language, name: string): string => (isWord(name) ? say(language, name) : name);

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
