import type { Language } from './words.ts';

/**
 * The API describes faults in English; here they are in Chinese. A fault that is missing keeps its English. `device/fault`
 * is of one device only, where the same name says something else than of the others.
 */
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
  // card unit
  nak: '随后几条指令答 NAK',
  ackLost: '随后几条指令的 ACK 丢失',
  answerLost: '随后几次走卡的应答丢失',
  jamFeed: '下一张卡卡在卡箱与读卡位之间',
  jamEject: '下一张卡卡在出卡口前',
  jamRetain: '下一张卡卡在去回收盒的路上',
  doubleFeed: '下次发卡两张粘连',
  powerLost: '随后几次走卡中途断电',
  counterSkips: '回收盒计数器漏计随后几张卡',
  gateBlocked: '出卡口前有东西挡住',
  hopperEmpty: '卡箱报空',
  hopperLow: '卡箱报将空',
  binFull: '回收盒报满',
  'card-reader/unknownStatus': '状态字节不在表中',
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
  // identity reader
  garbageAfter: '随后几次应答后有杂讯',
  strayPreamble: '随后几次应答的前导码前多出 AA 和 00',
  doubledPreamble: '随后几次应答的前导码发两遍',
  wrongChecksum: '随后几次应答校验错误',
  checksumError: '随后几条指令答 SW3 10（校验和错）',
  lengthError: '随后几条指令答 SW3 11（长度错）',
  commandWrong: '随后几条指令答 SW3 21（指令错）',
  notPermitted: '随后几条指令答 SW3 23（越权）',
  unrecognisedError: '随后几条指令答 SW3 24（无法识别）',
  selfTestFailed: '随后几条指令答 SW3 60（自检失败）',
  notAuthorised: '随后几条指令答 SW3 66（未授权）',
  unknownStatus: '随后几条指令答 SW3 7E，表中没有的状态',
  notFound: '随后几次找卡答 SW3 80（没有卡）',
  selectFails: '随后几次选卡答 SW3 81（失败）',
  samRefused: '随后几次读卡答 SW3 31（证不认安全模块）',
  notGenuine: '随后几次读卡答 SW3 32（安全模块不认证）',
  verificationFailed: '随后几次读卡答 SW3 33（验证失败）',
  unknownCard: '随后几次读卡答 SW3 40（无法识别的卡）',
  readFails: '随后几次读卡答 SW3 41（读不出）',
  randomNumberFails: '随后几次读卡答 SW3 47（取随机数失败）',
  addressFails: '随后几次查最新住址答 SW3 41（读不出）',
  // passport reader
  'passport-reader/silent': '刷了没有反应',
  'passport-reader/garbageBefore': '随后几次刷证前有杂讯',
  'passport-reader/garbageInside': '随后几次刷证中夹杂讯',
  'passport-reader/wrongBcc': '随后几次刷证校验错误（3M）',
  'passport-reader/truncated': '随后几次刷证只发一半',
  'passport-reader/duplicate': '随后几次刷证发两遍',
  missingEnd: '随后几次刷证少发最后一个字节',
  unreadable: '随后几次刷证有一个字符读成 _',
  burstPauseMs: '一次刷证各行之间的间隔',
  noise: '不停地发杂讯',
  // code scanner
  'scanner/silent': '扫不到码',
  'scanner/garbageBefore': '随后几个码前有杂讯',
  'scanner/garbageInside': '随后几个码中夹杂讯',
  'scanner/truncated': '随后几个码只发一半',
  'scanner/duplicate': '随后几个码发两遍',
  deafToTrigger: '不认识亮灯指令',
  missingSuffix: '随后几个码不带结束符',
  lateMs: '解码要这么久，其间不听指令',
  // cabinet
  'cabinet/unplugged': '接口板被拔出，所有文件消失',
  contactsGone: '门和开关的线路没有导出',
  garbled: '门和开关读不出 0 或 1',
  batteryGone: 'UPS 不报电量',
  lightsGone: '灯板被拔出',
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

const cablePrefix = 'cable.';

export function sayFault(language: Language, of: string, name: string, description: string): string {
  const cable = name.startsWith(cablePrefix);
  if (language === 'en') return cable ? `Cable: ${description}` : description;
  if (cable) return `线路：${faultsInChinese[name.slice(cablePrefix.length)] ?? description}`;
  return faultsInChinese[`${of}/${name}`] ?? faultsInChinese[name] ?? description;
}

const unitsInChinese: Readonly<Record<string, string>> = {
  ms: '毫秒',
  mm: '毫米',
  bytes: '字节',
  answers: '次',
  commands: '条',
  swipes: '次',
  motions: '次',
  cards: '张',
  codes: '个',
  seconds: '秒',
  status: '状态码',
};

export const sayUnit = (language: Language, unit: string): string =>
  language === 'en' ? unit : (unitsInChinese[unit] ?? unit);
