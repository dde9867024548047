import type { Words } from '../devices/index.ts';

/** What a test asks the hand to do. */
export const testPromptWords = {
  wait: ['正在测试', 'The test runs'],
  pressKeys: ['请按 0 到 9 和黄色更正键，最后按绿色确认键', 'Press 0 to 9 and the yellow key, then the green key'],
  placeDocument: ['请放上一张样本证件', 'Put a sample document on the reader'],
  swipeDocument: ['请刷一次样本证件', 'Swipe a sample document once'],
  scanCode: ['请扫一个二维码或条码', 'Hold a code before the scanner'],
  lookAtPaper: ['正在打印测试页，请看是否清楚', 'A test page is printed: is it clear?'],
  lookAtLights: ['指示灯逐一点亮，请看是否都亮', 'The guide lights shine one after the other: does each of them?'],
} as const satisfies Readonly<Record<string, Words>>;

export const testWords = {
  readCard: ['读本卡', 'Read this card'],
  pressKeys: ['按键测试', 'Key test'],
  printPage: ['打印测试页', 'Print a page'],
  readDocument: ['读样本证件', 'Read a document'],
  scanCode: ['扫码测试', 'Scan a code'],
  look: ['查看传感器', 'Look at the sensors'],
  feedCard: ['走卡测试（两人，用一张卡）', 'Feed a card (two persons, costs a card)'],
  lookAtLights: ['逐一点亮指示灯', 'Light the guide lights one by one'],
} as const satisfies Readonly<Record<string, Words>>;

/** Two persons have loaded the pad's master key; whether it is the bank's. */
export const keyLoadWords = {
  book: ['已装入主密钥（两人）', 'The master key was loaded (two persons)'],
  agreed: ['银行与键盘一致，校验值 {checkValue}', 'Bank and pad agree, check value {checkValue}'],
  keyRefused: [
    '不一致：键盘里的主密钥与银行的不同，或没有装入。请银行人员重新装入',
    'They do not agree: the pad holds another master key than the bank, or none. Have it loaded again',
  ],
  pinPadUnavailable: ['密码键盘不能用，没有核对', 'The PIN pad cannot be used; nothing was compared'],
  hostUnavailable: ['银行没有给出工作密钥，没有核对', 'The bank gave no working key; nothing was compared'],
} as const satisfies Readonly<Record<string, Words>>;

/** Why a test did not pass, where the fault table of the driver has no words for it. */
export const testReasonWords = {
  cancelled: ['测试中断', 'The test was broken off'],
  notReady: ['设备没有就绪', 'The device is not ready'],
  hardwareError: ['设备报告故障', 'The device reports a fault'],
  timeOut: ['设备没有按时完成', 'The device was not done in time'],
  unsupported: ['设备不支持这项操作', 'The device cannot do this'],
  refused: ['设备拒绝了', 'The device refused'],

  keysMissing: ['有按键没有反应', 'Some keys were not seen'],
  noKeys: ['没有收到任何按键', 'No key was seen'],
  cancelledOnPad: ['在键盘上取消了', 'Cancelled on the pad'],
  keyRefused: ['密码键盘不接受银行的密钥', 'The pad did not take the bank’s key'],
  keyMissing: ['密码键盘没有可用的密钥', 'The pad has no key that it can use'],

  noCard: ['读卡器里没有卡', 'No card in the reader'],
  cardRemoved: ['卡片被取出', 'The card was taken out'],
  cardMute: ['芯片没有反应', 'The chip does not answer'],
  cardUnresponsive: ['芯片中途停止回答，或回答无法理解', 'The chip stopped answering, or answers nonsense'],
  readerBusy: ['卡被别的程序占用', 'Another program holds the card'],
  notStaffCard: ['这不是工作人员卡', 'This is no staff card'],
  badData: ['卡上的数据不对', 'What the card tells cannot be right'],
  unexpectedStatus: ['卡片拒绝了读取', 'The card refused to be read'],

  notConfirmed: ['打印机没有确认打印完成', 'The printer did not confirm the page'],
  notDone: ['没有打印出来', 'Nothing was printed'],

  noDocument: ['限时内没有发现证件', 'No document was noticed in time'],
  nothingCame: [
    '限时内没有收到数据：没有操作，或设备没有反应',
    'Nothing came from it in time: nobody acted, or it does not notice',
  ],
  unreadable: ['读不出来：证件有问题，或线路有杂讯', 'It could not be read: the document is bad, or the line is noisy'],
  unknownDocument: ['不是认识的证件', 'No document that is known'],
  notGenuine: ['证件未通过安全模块验证', 'The security module did not believe the document'],
  removed: ['读取时被移开', 'It was moved away while it was read'],
  notText: ['扫到的不是文字', 'What was scanned is no text'],

  pathOccupied: ['通道里有卡', 'A card is in the path'],
  pathEmpty: ['通道里没有卡', 'No card is in the path'],
  positionUnknown: ['卡片位置不明', 'Nobody knows where the card is'],
  sensorsUnknown: [
    '传感器的状态不在任何资料中：型号对吗？',
    'What its sensors say is in no list: is it the right model?',
  ],
  hopperEmpty: ['卡箱已空', 'The hopper is empty'],
  hopperFull: ['卡箱已满', 'The hopper is full'],
  binFull: ['回收箱已满', 'The bin is full'],
  binCounterFull: ['回收箱计数已满，清空后要清零', 'The bin’s counter is full: empty the bin, set it to zero'],
  counterDisagrees: ['卡不见了，回收箱的计数没有变', 'The card is gone, and the bin did not count it'],
  jammed: ['卡被卡住', 'A card jams'],
  cardSize: ['卡太长或太短，或两张粘在一起', 'Too long or too short, or two cards stick together'],
  movedByHand: ['卡被人动过', 'A hand moved the card'],
  captured: ['卡机把卡收进了回收箱', 'The unit took the card into its bin'],
  mechanicalFault: ['传感器、电机或电磁铁故障', 'Sensor, motor or magnet'],
  noAnswer: ['卡机没有回答', 'The unit did not answer'],
  powerLost: ['卡机断过电', 'The unit had lost its power'],

  noSuchLight: ['没有这个指示灯', 'There is no such light'],
} as const satisfies Readonly<Record<string, Words>>;

export type TestReason = keyof typeof testReasonWords;
